#include "sim/journal/json_lines.hpp"

#include "tests/catch.hpp"
#include "tests/sim/journal/text_sink.hpp"

#include <algorithm>
#include <array>

using namespace smtpsim;
using namespace smtpsim::journal;
using namespace std::chrono_literals;
using namespace std::string_view_literals;

namespace {

std::string line_of(const Happening& what) {
    TextSink sink;
    JsonLines lines{sink};
    lines.show({7, 3, log_start + 1'000'002us, what});
    return sink.text;
}

constexpr std::string_view head = R"({"n":7,"session":3,"t":838938148000002,)";

std::string with_head(std::string_view rest) {
    return std::string(head) + std::string(rest) + "\n";
}

} // namespace

TEST_CASE("each event is one line whose keys have a fixed order", "[json_lines]") {
    // Static: the generator keeps views of it from one run of the test to the next.
    static const std::array<std::string, 2> recipients{"c@d", "e@f"};
    const auto [what, rest] = GENERATE(table<Happening, std::string_view>({
        {Opened{"127.0.0.1:2525", "127.0.0.1:40112", "smtp.host.com"},
         R"("at":"1996-08-01T22:22:28.000002Z","event":"opened","endpoint":"127.0.0.1:2525",)"
         R"("client":"127.0.0.1:40112","host":"smtp.host.com"})"},
        {Received{faults::Stage::ehlo, "EHLO a\r\n"},
         R"("event":"received","stage":"ehlo","octets":"EHLO a\r\n"})"},
        {Content{"a\r\n.\r\n"}, R"("event":"content","octets":"a\r\n.\r\n"})"},
        {Sent{faults::Stage::ehlo, "250 a\r\n"},
         R"("event":"sent","stage":"ehlo","octets":"250 a\r\n"})"},
        {FaultFired{faults::Stage::rcpt, "greylisted", "nth 2", "reply 450"},
         R"("event":"fault","stage":"rcpt","fault":"greylisted","why":"nth 2",)"
         R"("effects":"reply 450"})"},
        {Found{"bare-lf", "violation", "RFC 5321 §2.3.8", "sent LF without CR"},
         R"("event":"finding","finding":"bare-lf","severity":"violation",)"
         R"("source":"RFC 5321 §2.3.8","summary":"sent LF without CR"})"},
        {Message{"4F", "a@b", recipients, "host", "127.0.0.1:40112", 1204, "not shown"},
         R"("event":"message","id":"4F","sender":"a@b","recipients":["c@d","e@f"],"helo":"host",)"
         R"("client":"127.0.0.1:40112","size":1204})"},
        {Message{"4F", "", {}, "", "", 0, ""},
         R"("event":"message","id":"4F","sender":"","recipients":[],"helo":"","client":"",)"
         R"("size":0})"},
        {Closed{ClosedBy::client_reset, 1300, 402, 1},
         R"("event":"closed","by":"client-reset","octets_in":1300,"octets_out":402,)"
         R"("messages":1})"},
    }));
    CHECK(line_of(what) == with_head(rest));
}

TEST_CASE("octets are read as ISO 8859-1 and text as UTF-8", "[json_lines]") {
    CHECK(line_of(Received{faults::Stage::mail, "\xC3\xA9\xFF\0"sv}) ==
          with_head(R"("event":"received","stage":"mail","octets":"\u00c3\u00a9\u00ff\u0000"})"));
    CHECK(line_of(FaultFired{faults::Stage::rcpt, "später \xFF", "", ""}) ==
          with_head("\"event\":\"fault\",\"stage\":\"rcpt\",\"fault\":\"später \uFFFD\","
                    "\"why\":\"\",\"effects\":\"\"}"));
}

TEST_CASE("no octet of a peer can end a line or open an object", "[json_lines]") {
    const std::string line = line_of(Received{faults::Stage::other, "x\"}\n{\"n\":8,\r\u2028"sv});
    CHECK(std::ranges::count(line, '\n') == 1);
    CHECK(line.ends_with("\"}\n"));
    CHECK(line.find("\"n\":8") == std::string::npos);
}

TEST_CASE("a line does not depend on the one before it", "[json_lines]") {
    TextSink sink;
    JsonLines lines{sink};
    Show show{lines};
    show(Content{std::string(3'000'000, '\xFF')});
    CHECK(sink.take().size() > 18'000'000);
    show(Content{"a"}, 1s, 2);
    CHECK(sink.text ==
          "{\"n\":2,\"session\":2,\"t\":838938148000000,\"event\":\"content\",\"octets\":\"a\"}\n");
}

TEST_CASE("numbers are written whole", "[json_lines]") {
    TextSink sink;
    JsonLines lines{sink};
    constexpr std::uint64_t most = 18446744073709551615U;
    lines.show({most, most, Tick{Duration::min()}, Closed{ClosedBy::stopped, most, most, most}});
    CHECK(sink.text ==
          R"({"n":18446744073709551615,"session":18446744073709551615,"t":-9223372036854775808,)"
          R"("event":"closed","by":"stopped","octets_in":18446744073709551615,)"
          R"("octets_out":18446744073709551615,"messages":18446744073709551615})"
          "\n");
}

TEST_CASE("a flush reaches the sink of the JSON lines", "[json_lines]") {
    TextSink sink;
    JsonLines lines{sink};
    lines.flush();
    CHECK(sink.flushes == 1);
}
