# Run as a script: writes the YAML files of FOLDER to OUTPUT as C++ string literals, sorted by name:
# a function NAME that gives a span of ROW{name, text}, which HEADER declares in NAMESPACE. The names are
# without .yaml. With WHOLE_NAMES=ON they are not, and it is all files but README.md.
set(plain "[a-zA-Z0-9]*[a-zA-Z0-9]") # no hidden files, no backups of an editor
if(WHOLE_NAMES)
    file(GLOB names LIST_DIRECTORIES OFF RELATIVE ${FOLDER} ${FOLDER}/${plain})
    list(REMOVE_ITEM names README.md)
    set(ending "")
else()
    file(GLOB names LIST_DIRECTORIES OFF RELATIVE ${FOLDER} ${FOLDER}/${plain}.yaml)
    list(TRANSFORM names REPLACE "[.]yaml$" "") # "a-b.yaml" comes before "a.yaml"
    set(ending .yaml)
endif()
list(SORT names COMPARE STRING)
set(rows "")
foreach(name IN LISTS names)
    file(READ ${FOLDER}/${name}${ending} text)
    string(FIND "${text}" ")yaml\"" end)
    if(NOT end EQUAL -1)
        message(FATAL_ERROR "${name}${ending} holds the end mark of a string literal")
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
