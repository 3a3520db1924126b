# Compiler settings shared by every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
# -O2 everywhere: equal bytes need equal code, and -march=native and contraction are ruled out for the same reason.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")

find_program(HONE_CCACHE ccache)
if(HONE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${HONE_CCACHE})
endif()
find_program(HONE_MOLD mold)
if(HONE_MOLD AND NOT HONE_SANITIZE)
  add_link_options(-fuse-ld=mold)
endif()

add_library(hone_flags INTERFACE)
target_compile_options(hone_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                       -Wno-missing-field-initializers -ffp-contract=off)
if(HONE_WERROR)
  target_compile_options(hone_flags INTERFACE -Werror)
endif()
target_link_options(hone_flags INTERFACE -Wl,--as-needed -Wl,--build-id=sha1)
if(HONE_SANITIZE MATCHES "fuzzer")
  target_compile_options(hone_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined)
  target_link_options(hone_flags INTERFACE -fsanitize=address,undefined)
elseif(HONE_SANITIZE)
  target_compile_options(hone_flags INTERFACE -fsanitize=${HONE_SANITIZE} -fno-omit-frame-pointer
                         -fno-sanitize-recover=all)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # GCC 12 warns of its own <regex> in such builds
    target_compile_options(hone_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
  target_link_options(hone_flags INTERFACE -fsanitize=${HONE_SANITIZE})
endif()

find_package(Threads REQUIRED)
if(HONE_TESTS)
  find_package(GTest REQUIRED)
endif()

# For tests that open libraries which are not built with sanitizers: what these do inside is not ours to judge.
set(HONE_SANITIZER_SETTINGS
    "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/cmake/leaks_of_others.txt:print_suppressions=0"
    "TSAN_OPTIONS=ignore_noninstrumented_modules=1")
