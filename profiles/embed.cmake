# Run as a script: writes the YAML files of FOLDER to OUTPUT as C++ string literals, sorted by name:
# a function NAME that gives a span of ROW{name, text}, which HEADER declares in NAMESPACE.
file(GLOB files ${FOLDER}/*.yaml)
set(names "")
foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WLE)
    list(APPEND names ${name})
endforeach()
list(SORT names COMPARE STRING) # not the files: "a-b.yaml" comes before "a.yaml"
set(rows "")
foreach(name IN LISTS names)
    file(READ ${FOLDER}/${name}.yaml text)
    string(FIND "${text}" ")yaml\"" end)
    if(NOT end EQUAL -1)
        message(FATAL_ERROR "${name}.yaml holds the end mark of a string literal")
    endif()
    # Split at blank lines: some compilers take no more than 16,380 octets in one part of a literal.
    string(REPLACE "\n\n" "\n\n)yaml\"\n               R\"yaml(" text "${text}")
    string(APPEND rows "    ${ROW}{\"${name}\", R\"yaml(${text})yaml\"sv},\n")
endforeach()
list(LENGTH names count)
file(WRITE ${OUTPUT} "// Written by embed.cmake.
#include \"${HEADER}\"

#include <array>
#include <string_view>

namespace ${NAMESPACE} {

std::span<const ${ROW}> ${NAME}() {
    // sv: the compiler need not count each text's octets, of which clang would tire.
    using namespace std::string_view_literals;
    static constexpr std::array<${ROW}, ${count}> rows{
${rows}};
    return rows;
}

} // namespace ${NAMESPACE}
")
