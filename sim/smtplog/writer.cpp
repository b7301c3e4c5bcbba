#include "sim/smtplog/writer.hpp"

#include "sim/core/text.hpp"

#include <algorithm>

namespace smtpsim::smtplog {
namespace {

using namespace journal;

constexpr std::string_view end_of_data = "\r\n.\r\n"; // RFC 5321 §4.1.1.4
constexpr std::string_view own_address = "127.0.0.1";

/// The address behind srv_addr: the endpoint without its port. An endpoint that is no address (a
/// socket's path, memory) is on the client's own machine, and so has that machine's.
std::string_view server_address(std::string_view endpoint) {
    const std::size_t colon = endpoint.rfind(':');
    if (endpoint.starts_with("unix:") || colon == std::string_view::npos) return own_address;
    const std::string_view port = endpoint.substr(colon + 1);
    if (port.empty() || !std::ranges::all_of(port, is_digit)) return own_address;
    std::string_view address = endpoint.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    constexpr std::string_view mapped = "::ffff:"; // RFC 4291 §2.5.5.2
    if (address.starts_with(mapped) && address.find('.') != std::string_view::npos)
        address.remove_prefix(mapped.size());
    return address;
}

} // namespace

/// Writes one event into its session's block.
class Writer::Entry {
public:
    Entry(const Options& options, Tick at, Session& session)
        : options_(options), at_(at), session_(session) {}

    void operator()(const Opened& what) {
        session_.host = what.host;
        begin("[db] Connecting to '");
        append_visible(session_.host, session_.block);
        session_.block += "'.\r\n";
        begin("[db] srv_addr = ");
        append_visible(server_address(what.endpoint), session_.block);
        session_.block += line_end;
    }
    void operator()(const Received& what) {
        // After 354 and before the end of data no command can come: these octets are the rest of a
        // message that nobody read, because the session was cut. A message is not logged.
        if (session_.in_content && what.stage == "other") return;
        session_.in_content = session_.end_logged = false;
        session_.tail = line_end; // of the DATA to come: "." CRLF may be all there is
        append_lines("[tx] ", what.octets, session_.command);
    }
    void operator()(const Content& what) {
        session_.in_content = true;
        std::string& tail = session_.tail;
        const std::size_t taken = std::min(what.octets.size(), end_of_data.size());
        tail += what.octets.substr(what.octets.size() - taken);
        if (tail.size() > end_of_data.size()) tail.erase(0, tail.size() - end_of_data.size());
        if (tail == end_of_data) append_end_of_data();
    }
    void operator()(const Sent& what) {
        // What the server answered as the end of a message was its end, even where it is lenient
        // and takes LF "." LF. Later replies to the same message (LMTP) find it logged already.
        if (what.stage == "message") append_end_of_data();
        if (what.stage == "data" && what.octets.starts_with('3')) session_.in_content = true;
        append_lines("[rx] ", what.octets, session_.reply);
    }
    void operator()(const FaultFired&) {}
    void operator()(const FaultTotal&) {}
    void operator()(const Found&) {}
    void operator()(const Message&) {
        if (session_.in_content) append_end_of_data(); // kept, so it has ended
    }
    void operator()(const Closed&) {
        if (!session_.command.empty()) append_line("[tx] ", session_.command);
        // Of a reply cut short there is nothing to log: a client reads lines, and never had one.
        begin("[db] Connection to '");
        append_visible(session_.host, session_.block);
        session_.block += "' closed.\r\n";
    }

private:
    void begin(std::string_view text) {
        if (!options_.bare) {
            session_.block += "SMTP: ";
            append_clock_time(at_, options_.zone, session_.block);
            session_.block += ' ';
        }
        session_.block += text;
    }

    void append_line(std::string_view tag, std::string_view line) {
        begin(tag);
        append_visible(line, session_.block);
        session_.block += line_end;
    }

    void append_lines(std::string_view tag, std::string_view octets, std::string& unfinished) {
        while (!octets.empty()) {
            const std::size_t feed = octets.find('\n');
            unfinished += octets.substr(0, feed);
            const bool ended = feed != std::string_view::npos;
            octets.remove_prefix(ended ? feed + 1 : octets.size());
            if (!ended && unfinished.size() <= block_octets_max) return;
            if (ended && unfinished.ends_with('\r')) unfinished.pop_back();
            append_line(tag, unfinished);
            unfinished.clear();
        }
    }

    void append_end_of_data() {
        session_.in_content = false;
        session_.tail = line_end;
        if (session_.end_logged) return;
        session_.end_logged = true;
        begin("[tx] \r\n.\r\n"); // CRLF "." CRLF as it was sent, behind its tag
    }

    const Options& options_;
    const Tick at_;
    Session& session_;
};

Writer::Writer(Sink& sink, Options options) : sink_(sink), options_(std::move(options)) {
    std::string header = options_.product + "\r\nSMTP Log started at ";
    append_log_start(options_.started, options_.zone, header);
    sink_.write(header += line_end);
}

Writer::~Writer() {
    for (auto& [number, session] : sessions_) write_block(session);
}

void Writer::show(const Event& event) {
    if (std::holds_alternative<Opened>(event.what)) sessions_[event.session] = {};
    const auto found = sessions_.find(event.session);
    if (found == sessions_.end()) return; // the writer was added too late to know its host
    Session& session = found->second;
    std::visit(Entry{options_, event.at, session}, event.what);
    const bool closed = std::holds_alternative<Closed>(event.what);
    if (closed || session.block.size() > block_octets_max) write_block(session);
    if (closed) sessions_.erase(found);
}

void Writer::write_block(Session& session) {
    sink_.write(session.block);
    session.block.clear();
}

} // namespace smtpsim::smtplog
