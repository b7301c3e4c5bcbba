#include "sim/journal/json_lines.hpp"

#include "core/date.hpp"
#include "core/json.hpp"

#include <array>
#include <charconv>
#include <concepts>

namespace smtpsim::journal {
namespace {

constexpr std::size_t line_octets_kept = 1 << 20; // chosen: the memory a rare long line may leave

/// Writes members in the order of the calls: the order of keys is part of the format.
class Members {
public:
    explicit Members(std::string& out) : out_(out) {}

    template <std::integral T> Members& number(std::string_view key, T value) {
        begin(key);
        std::array<char, 20> digits; // the longest: -9223372036854775808
        const auto [end, error] =
            std::to_chars(digits.data(), digits.data() + digits.size(), value);
        out_.append(digits.data(), end);
        return *this;
    }
    Members& octets(std::string_view key, std::string_view value) { // a peer's: ISO 8859-1 reading
        begin(key);
        append_json_string(value, out_);
        return *this;
    }
    Members& text(std::string_view key, std::string_view value) { // ours or a profile's: UTF-8
        begin(key);
        append_json_text(value, out_);
        return *this;
    }
    Members& date(std::string_view key, Tick value) {
        begin(key);
        out_ += '"';
        append_iso_date(value, out_);
        out_ += '"';
        return *this;
    }
    Members& octets_list(std::string_view key, std::span<const std::string> values) {
        begin(key);
        char separator = '[';
        for (const std::string& value : values) {
            out_ += separator;
            append_json_string(value, out_);
            separator = ',';
        }
        out_ += values.empty() ? "[]" : "]";
        return *this;
    }

private:
    void begin(std::string_view key) { // keys are ours and need no escapes
        out_ += separator_;
        separator_ = ',';
        out_ += '"';
        out_ += key;
        out_ += "\":";
    }

    std::string& out_;
    char separator_ = '{';
};

struct Append {
    Members& to;
    Tick at;

    void operator()(const Connecting& what) const {
        to.date("at", at).text("event", "connecting").text("host", what.host);
        to.number("port", what.port).text("address", what.address);
    }
    void operator()(const Trouble& what) const {
        to.text("event", "trouble").text("kind", name(what.kind)).text("stage", name(what.stage));
    }
    void operator()(const Opened& what) const {
        to.date("at", at).text("event", "opened").text("endpoint", what.endpoint);
        to.text("client", what.client).text("host", what.host);
    }
    void operator()(const Received& what) const {
        to.text("event", "received").text("stage", name(what.stage)).octets("octets", what.octets);
    }
    void operator()(const Content& what) const {
        to.text("event", "content").octets("octets", what.octets);
    }
    void operator()(const Sent& what) const {
        to.text("event", "sent").text("stage", name(what.stage)).octets("octets", what.octets);
    }
    void operator()(const Secured& what) const {
        to.text("event", "secured").text("version", what.version).text("cipher", what.cipher);
        to.octets("server_name", what.server_name).octets("alpn", what.alpn);
        to.octets("client_certificate", what.client_certificate);
    }
    void operator()(const HandshakeFailed& what) const {
        to.text("event", "handshake-failed").text("why", what.why);
    }
    void operator()(const LoggedIn& what) const {
        to.text("event", "logged-in").octets("user", what.user);
    }
    void operator()(const FaultFired& what) const {
        to.text("event", "fault").text("stage", name(what.stage)).text("fault", what.fault);
        to.text("why", what.why).text("effects", what.effects);
    }
    void operator()(const FaultTotal& what) const {
        to.text("event", "fault-total").text("fault", what.fault).number("fires", what.fires);
    }
    void operator()(const Found& what) const {
        to.text("event", "finding").text("finding", what.finding).text("severity", what.severity);
        to.text("source", what.source).text("summary", what.summary);
    }
    void operator()(const Message& what) const { // the content is in the content events already
        to.text("event", "message").text("id", what.id).octets("sender", what.sender);
        to.octets_list("recipients", what.recipients).octets("helo", what.helo);
        to.text("client", what.client).number("size", what.size);
    }
    void operator()(const Closed& what) const {
        to.text("event", "closed").text("by", name(what.by)).number("octets_in", what.octets_in);
        to.number("octets_out", what.octets_out).number("messages", what.messages);
    }
    void operator()(const Commanded& what) const {
        to.text("event", "command").octets("octets", what.octets);
    }
    void operator()(const Resulted& what) const {
        to.text("event", "result").text("stage", name(what.stage)).octets("octets", what.octets);
    }
    void operator()(const Dialled& what) const {
        to.text("event", "dialled").number("call", what.call).octets("number", what.number);
        to.text("answer", what.answer);
    }
    void operator()(const CarrierUp& what) const {
        to.text("event", "carrier").number("call", what.call).number("down_bps", what.down_bps);
        to.number("up_bps", what.up_bps);
    }
    void operator()(const CallEnded& what) const {
        to.text("event", "call-ended").number("call", what.call).text("why", what.why);
        to.number("octets_in", what.octets_in).number("octets_out", what.octets_out);
    }
    void operator()(const Signal& what) const {
        to.text("event", "signal").text("name", what.name).number("on", what.on ? 1 : 0);
    }
    void operator()(const PppEvent& what) const {
        to.text("event", "ppp").text("kind", what.kind).octets("text", what.text);
        to.octets("octets", what.octets);
    }
    void operator()(const Lookup& what) const {
        to.text("event", "lookup").octets("name", what.name).text("answer", what.answer);
    }
};

} // namespace

void JsonLines::show(const Event& event) {
    line_.clear();
    Members members{line_};
    members.number("n", event.number).number("session", event.session);
    members.number("t", event.at.time_since_epoch().count());
    std::visit(Append{members, event.at}, event.what);
    line_ += "}\n";
    sink_.write(line_);
    if (line_.capacity() > line_octets_kept) line_ = {};
}

} // namespace smtpsim::journal
