#include "serial/modem/s_registers.hpp"

#include "tests/catch.hpp"
#include "tests/source.hpp"

using namespace smtpsim;
using namespace smtpsim::modem;
using namespace std::chrono_literals;

TEST_CASE("docs/modem.md shows the S-registers as their table has them", "[modem]") {
    const std::string document = source_text("docs/modem.md");
    for (const SRegisterRow& row : s_register_table) {
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(row.unit).count();
        const std::string unit = ms == 0          ? ""
                                 : ms % 1000 == 0 ? std::to_string(ms / 1000) + " s"
                                                  : std::to_string(ms) + " ms";
        const std::string line = "| S" + std::to_string(static_cast<unsigned>(row.number)) + " | " +
                                 unit + " | " + std::string(row.summary) + " | " +
                                 std::string(row.source) + " |\n";
        CAPTURE(line);
        CHECK(document.find(line) != std::string::npos);
    }
}

TEST_CASE("a register that is a time has its unit, any other is none", "[modem]") {
    CHECK(time_of(SRegister::wait_for_carrier, 50) == 50s);
    CHECK(time_of(SRegister::escape_guard, 50) == 1s);
    CHECK(time_of(SRegister::inactivity, 255) == 2550s);
    CHECK(time_of(SRegister::line_end, 13) == 0s);
}
