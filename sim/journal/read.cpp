#include "sim/journal/read.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace smtpsim::journal {
namespace {

namespace json = boost::json;

/// Strings of octets are ISO 8859-1 behind UTF-8.
std::string octets_of(std::string_view utf8) {
    std::string out;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const bool two = (lead & 0xfcU) == 0xc0 && i + 1 < utf8.size();
        out += two ? static_cast<char>((lead & 3U) << 6 |
                                       (static_cast<unsigned char>(utf8[i + 1]) & 0x3fU))
                   : utf8[i];
        if (two) ++i;
    }
    return out;
}

class Object {
public:
    explicit Object(const json::object& object) : object_(object) {}

    std::string text(std::string_view key) const {
        const json::value* const value = object_.if_contains(key);
        const json::string* const string = value == nullptr ? nullptr : value->if_string();
        return string == nullptr ? std::string{} : std::string(string->data(), string->size());
    }
    std::string octets(std::string_view key) const { return octets_of(text(key)); }
    std::uint64_t number(std::string_view key) const {
        const json::value* const value = object_.if_contains(key);
        if (value == nullptr) return 0;
        if (value->is_uint64()) return value->get_uint64();
        return value->is_int64() ? static_cast<std::uint64_t>(value->get_int64()) : 0;
    }
    std::vector<std::string> octets_list(std::string_view key) const {
        std::vector<std::string> out;
        const json::value* const value = object_.if_contains(key);
        if (value == nullptr || !value->is_array()) return out;
        for (const json::value& item : value->get_array())
            if (item.is_string())
                out.push_back(octets_of({item.get_string().data(), item.get_string().size()}));
        return out;
    }

private:
    const json::object& object_;
};

template <class Enum> std::optional<Enum> named(std::string_view word, int count) {
    for (int i = 0; i < count; ++i)
        if (name(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
    return std::nullopt;
}

void tell(const Object& line, const std::function<void(const Event&)>& take) {
    Event event{line.number("n"), line.number("session"),
                Tick{Duration{static_cast<std::int64_t>(line.number("t"))}}, Closed{}};
    const std::string kind = line.text("event");
    const faults::Stage stage =
        faults::stage_named(line.text("stage")).value_or(faults::Stage::other);
    const std::string octets = line.octets("octets"), host = line.text("host");
    const std::string address = line.text("address"), endpoint = line.text("endpoint");
    const std::string client = line.text("client"), id = line.text("id");
    const std::string fault = line.text("fault"), why = line.text("why");
    const std::string effects = line.text("effects"), finding = line.text("finding");
    const std::string severity = line.text("severity"), source = line.text("source");
    const std::string summary = line.text("summary");
    const std::string sender = line.octets("sender"), helo = line.octets("helo");
    const std::vector<std::string> recipients = line.octets_list("recipients");
    const std::string version = line.text("version"), cipher = line.text("cipher");
    const std::string server_name = line.octets("server_name"), alpn = line.octets("alpn");
    const std::string certificate = line.octets("client_certificate");
    const std::string user = line.octets("user");
    const std::string called = line.octets("number"), answer = line.text("answer");
    const std::string signal = line.text("name"), looked_up = line.octets("name");
    const std::string ppp_kind = line.text("kind"), words = line.octets("text");
    if (kind == "secured")
        event.what = Secured{version, cipher, server_name, alpn, certificate};
    else if (kind == "handshake-failed")
        event.what = HandshakeFailed{why};
    else if (kind == "logged-in")
        event.what = LoggedIn{user};
    else if (kind == "connecting")
        event.what = Connecting{host, static_cast<std::uint16_t>(line.number("port")), address};
    else if (kind == "opened")
        event.what = Opened{endpoint, client, host};
    else if (kind == "received")
        event.what = Received{stage, octets};
    else if (kind == "content")
        event.what = Content{octets};
    else if (kind == "sent")
        event.what = Sent{stage, octets};
    else if (kind == "trouble")
        event.what =
            Trouble{named<TroubleKind>(line.text("kind"), 7).value_or(TroubleKind::dropped), stage};
    else if (kind == "fault")
        event.what = FaultFired{stage, fault, why, effects};
    else if (kind == "fault-total")
        event.what = FaultTotal{fault, line.number("fires")};
    else if (kind == "finding")
        event.what = Found{finding, severity, source, summary};
    else if (kind == "message")
        event.what = Message{id, sender, recipients, helo, client, line.number("size"), {}};
    else if (kind == "closed")
        event.what =
            Closed{named<ClosedBy>(line.text("by"), 6).value_or(ClosedBy::stopped),
                   line.number("octets_in"), line.number("octets_out"), line.number("messages")};
    else if (kind == "command")
        event.what = Commanded{octets};
    else if (kind == "result")
        event.what = Resulted{stage, octets};
    else if (kind == "dialled")
        event.what = Dialled{line.number("call"), called, answer};
    else if (kind == "carrier")
        event.what = CarrierUp{line.number("call"), line.number("down_bps"), line.number("up_bps")};
    else if (kind == "call-ended")
        event.what = CallEnded{line.number("call"), why, line.number("octets_in"),
                               line.number("octets_out")};
    else if (kind == "signal")
        event.what = Signal{signal, line.number("on") != 0};
    else if (kind == "ppp")
        event.what = PppEvent{ppp_kind, words, octets};
    else if (kind == "lookup")
        event.what = Lookup{looked_up, answer};
    else
        return;
    take(event);
}

} // namespace

Result<void> read_json_lines(std::string_view text, const std::function<void(const Event&)>& take) {
    std::uint64_t number = 0;
    while (!text.empty()) {
        const std::size_t feed = text.find('\n');
        const std::string_view line = text.substr(0, feed);
        text.remove_prefix(feed == std::string_view::npos ? text.size() : feed + 1);
        ++number;
        if (line.empty()) continue;
        json::error_code error;
        const json::value value = json::parse({line.data(), line.size()}, error);
        const std::string where = "line " + std::to_string(number) + ": ";
        if (error) return Failure{where + "no JSON: " + error.message()};
        const json::object* const object = value.if_object();
        if (object == nullptr || object->if_contains("event") == nullptr)
            return Failure{where + "no event of a Journal"};
        tell(Object{*object}, take);
    }
    return {};
}

} // namespace smtpsim::journal
