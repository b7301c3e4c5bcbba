# smtpsim_add_scenarios(NAME name FILES file... [ARGS argument...])
#
# Makes each scenario file a test of CTest, called name/file without its ending, that runs
# `smtpsim run file argument...` in the folder of the caller, with the label smtpsim and 300 s to
# end. Arguments may hold generator expressions, such as $<TARGET_FILE:client>.
#
# There after find_package(smtpsim) as after add_subdirectory or FetchContent; enable_testing() is
# the caller's.
function(smtpsim_add_scenarios)
    cmake_parse_arguments(PARSE_ARGV 0 ARG "" "NAME" "FILES;ARGS")
    if(ARG_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "smtpsim_add_scenarios: unknown: ${ARG_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT ARG_NAME OR NOT ARG_FILES)
        message(FATAL_ERROR "smtpsim_add_scenarios: needs NAME and FILES")
    endif()
    foreach(file IN LISTS ARG_FILES)
        cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
        if(NOT EXISTS ${file})
            message(FATAL_ERROR "smtpsim_add_scenarios: there is no ${file}")
        endif()
        cmake_path(GET file STEM LAST_ONLY scenario)
        set(test ${ARG_NAME}/${scenario})
        add_test(NAME ${test}
            COMMAND $<TARGET_FILE:smtpsim::smtpsim> run ${file} ${ARG_ARGS}
            WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
        set_tests_properties(${test} PROPERTIES LABELS smtpsim TIMEOUT 300)
    endforeach()
endfunction()
