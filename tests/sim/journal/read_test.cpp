#include "sim/journal/read.hpp"

#include "sim/journal/json_lines.hpp"
#include "tests/catch.hpp"
#include "tests/sim/journal/text_sink.hpp"

#include <array>

using namespace smtpsim;
using namespace smtpsim::journal;

namespace {

std::string error_of(std::string_view text) {
    const auto result = read_json_lines(text, [](const Event&) {});
    return result.has_error() ? result.error().what : "";
}

} // namespace

TEST_CASE("every event is read as it was written", "[journal_read]") {
    using namespace std::string_view_literals;
    static const std::array<std::string, 2> recipients{"c@d", "\xe9@f"};
    TextSink written, again;
    JsonLines first{written}, second{again};
    Show show{first};
    show(Connecting{"smtp.host.com", 2525, "127.0.0.1"});
    show(Opened{"127.0.0.1:2525", "127.0.0.1:40112", "smtp.host.com"});
    show(Received{faults::Stage::ehlo, "EHLO \0\x80\xff\"\\\r\n"sv});
    show(Content{"caf\xe9\r\n.\r\n"});
    show(Sent{faults::Stage::ehlo, "250 caf\xc3\xa9\r\n"});
    for (int kind = 0; kind < 7; ++kind)
        show(Trouble{static_cast<TroubleKind>(kind), faults::Stage::mail});
    show(FaultFired{faults::Stage::rcpt, "greylisted", "nth 2", "reply 450"});
    show(FaultTotal{"greylisted", 3});
    show(Found{"bare-lf", "violation", "RFC 5321 §2.3.8", "sent LF without CR"});
    show(Message{"4F", "a@b", recipients, "host", "127.0.0.1:40112", 1204, ""});
    for (int by = 0; by < 6; ++by) show(Closed{static_cast<ClosedBy>(by), 1300, 402, 1});
    show(Commanded{"ATDT555"}, {}, 0);
    show(Resulted{faults::Stage::carrier, "\r\nCONNECT 28800\r\n"}, {}, 0);
    show(Dialled{1, "555", "smtp"}, {}, 0);
    show(CarrierUp{1, 28800, 14400}, {}, 0);
    show(Signal{"DCD", true}, {}, 0);
    show(PppEvent{"sent", "LCP Configure-Request id 1", "\xc0\x21\x01"}, {}, 0);
    show(Lookup{"mail.test", "nxdomain"}, {}, 0);
    show(CallEnded{1, "hung up", 7, 9}, {}, 0);
    REQUIRE(
        read_json_lines(written.text, [&](const Event& event) { second.show(event); }).has_value());
    CHECK(again.text == written.text);
}

TEST_CASE("an event of another version is passed over, an empty line too", "[journal_read]") {
    int events = 0;
    const auto count = [&](const Event&) { ++events; };
    REQUIRE(read_json_lines("{\"n\":1,\"event\":\"yet-to-come\"}\n\n"
                            "{\"n\":2,\"event\":\"content\",\"octets\":\"x\"}",
                            count)
                .has_value());
    CHECK(events == 1);
}

TEST_CASE("what is no Journal is reported with its line", "[journal_read]") {
    CHECK(error_of("{\"event\":\"content\"}\n{\"event\":\n").starts_with("line 2: no JSON: "));
    CHECK(error_of("[]\n") == "line 1: no event of a Journal");
    CHECK(error_of("\n{\"n\":1}\n") == "line 2: no event of a Journal");
    CHECK(error_of("SMTP: 17:22:29 [rx] 220\n").starts_with("line 1: no JSON: "));
}
