# Installs the libraries with their headers and a package file: find_package(hone) gives hone::<module>.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
get_property(modules GLOBAL PROPERTY HONE_MODULES)
list(REMOVE_ITEM modules cli)  # the executable, not for linking
set(targets ${modules})
list(TRANSFORM targets PREPEND hone_)
install(TARGETS ${targets} EXPORT hone-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS hone RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS hone_raster_library LIBRARY DESTINATION lib/hone)  # hone looks there, see cli/figures.cc
install(DIRECTORY ${PROJECT_SOURCE_DIR}/hone DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h"
        PATTERN "cli" EXCLUDE PATTERN "testing" EXCLUDE PATTERN "corpus" EXCLUDE PATTERN "data" EXCLUDE PATTERN "golden" EXCLUDE
        PATTERN "peer" EXCLUDE PATTERN "*example*" EXCLUDE PATTERN "engine_parts.h" EXCLUDE)
install(EXPORT hone-targets NAMESPACE hone:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hone)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/hone-config-version.cmake COMPATIBILITY SameMinorVersion)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/hone-config.cmake CONTENT
"include(CMakeFindDependencyMacro)
find_dependency(Threads)
include(\${CMAKE_CURRENT_LIST_DIR}/hone-targets.cmake)
" @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/hone-config.cmake ${PROJECT_BINARY_DIR}/hone-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hone)
