# hone_embed(TARGET NAME file): makes `std::string_view embedded_<NAME>()` in namespace hone return the file's bytes.
# Declare it where it is used: extern std::string_view embedded_<NAME>();
find_package(Python3 REQUIRED COMPONENTS Interpreter)
function(hone_embed target name file)
  get_filename_component(source ${file} ABSOLUTE)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.cc)
  add_custom_command(OUTPUT ${out}
    COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/embed.py ${name} ${source} ${out}
    DEPENDS ${source} ${PROJECT_SOURCE_DIR}/tools/embed.py VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
