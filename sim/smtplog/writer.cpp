#include "sim/smtplog/writer.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>

namespace smtpsim::smtplog {
namespace {

using namespace journal;

constexpr std::string_view end_of_data = "\r\n.\r\n"; // RFC 5321 §4.1.1.4
constexpr std::string_view own_address = "127.0.0.1";

/// The address after srv_addr: the endpoint without its port. An endpoint that is no address (a
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

struct ErrorRow {
    TroubleKind kind;
    std::uint32_t number; // as imnxport.idl names them: 0x800CCCxx
    std::string_view text;
};
constexpr std::array error_table{
    ErrorRow{TroubleKind::host_not_found, 0x800CCC0D, "The host could not be found."},
    ErrorRow{TroubleKind::refused, 0x800CCC0E, "The connection to the server has failed."},
    ErrorRow{TroubleKind::unreachable, 0x800CCC0E, "The connection to the server has failed."},
    ErrorRow{TroubleKind::connect_timed_out, 0x800CCC0E,
             "The connection to the server has failed."},
    ErrorRow{TroubleKind::reply_timed_out, 0x800CCC19, "The server has not responded in time."},
    ErrorRow{TroubleKind::dropped, 0x800CCC0F, "The server has terminated the connection."},
    ErrorRow{TroubleKind::reset, 0x800CCC0F, "The server has terminated the connection."},
};
constexpr const ErrorRow& row(TroubleKind kind) {
    return error_table.at(static_cast<std::size_t>(kind));
}

} // namespace

/// Writes one event into its session's block.
class Writer::Entry {
public:
    Entry(const Options& options, Tick at, Session& session)
        : options_(options), at_(at), session_(session) {}

    void operator()(const Connecting& what) {
        if (session_.named) return; // these products try one address
        append_connecting(what.host, what.port);
        if (!what.address.empty()) append_address(what.address);
    }
    void operator()(const Opened& what) {
        if (session_.named) return;
        append_connecting(what.host, 25);
        append_address(server_address(what.endpoint));
    }
    void operator()(const Received& what) {
        // After 354 and before the end of data no command can come: these octets are the rest of a
        // message that was not read, because the session was cut. A message is not logged.
        if (session_.in_content && what.stage == faults::Stage::other) return;
        session_.in_content = session_.end_logged = false;
        session_.tail = line_end; // of the DATA to come: "." CRLF may be all there is
        append_lines("[tx] ", what.octets, session_.command);
        session_.secret = false;
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
        if (what.stage == faults::Stage::message) append_end_of_data();
        if (what.stage == faults::Stage::data && what.octets.starts_with('3'))
            session_.in_content = true;
        append_lines("[rx] ", what.octets, session_.reply);
        session_.secret = what.octets.starts_with("334"); // RFC 4954 §4
    }
    void operator()(const Trouble& what) {
        const ErrorRow& error = row(what.kind);
        if (!row(options_.dialect).errors) return;
        begin("[db] ERROR: \"");
        session_.block += error.text;
        session_.block += "\", hr=";
        session_.block += std::to_string(error.number);
        session_.block += line_end;
    }
    void operator()(const auto&) {} // a client does not log it
    void operator()(const Message&) {
        if (session_.in_content) append_end_of_data(); // kept, so it has ended
    }
    void operator()(const Closed& what) {
        if (!session_.command.empty()) append_line("[tx] ", session_.command);
        if (what.by == ClosedBy::hang_up) (*this)(Trouble{TroubleKind::dropped, {}});
        // Of a reply cut short there is nothing to log: a client reads lines, and never had one.
        begin("[db] Connection to '");
        append_visible(session_.host, session_.block);
        session_.block += "' closed.\r\n";
    }

private:
    void append_connecting(std::string_view host, std::uint16_t port) {
        session_.named = true;
        session_.host = host;
        begin("[db] Connecting to '");
        append_visible(session_.host, session_.block);
        session_.block += '\'';
        if (row(options_.dialect).port) session_.block += " on port " + std::to_string(port);
        session_.block += ".\r\n";
    }
    void append_address(std::string_view address) {
        begin("[db] ");
        if (row(options_.dialect).port) {
            session_.block += "srv_name = \"";
            append_visible(session_.host, session_.block);
            session_.block += "\" ";
        }
        session_.block += "srv_addr = ";
        append_visible(address, session_.block);
        session_.block += line_end;
    }

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
            if (tag == "[tx] ") hide_secret(unfinished);
            append_line(tag, unfinished);
            unfinished.clear();
        }
    }

    /// The products never showed a password: what answers 334, and an initial response.
    void hide_secret(std::string& command) const {
        constexpr std::string_view stars = "********";
        if (session_.secret) {
            command = stars;
            return;
        }
        if (command.size() < 5 ||
            !equal_ignoring_case(std::string_view(command).substr(0, 5), "AUTH "))
            return;
        const std::size_t mechanism = command.find_first_not_of(' ', 5);
        const std::size_t end = command.find(' ', std::min(mechanism, command.size()));
        if (end != std::string::npos) command.replace(end + 1, std::string::npos, stars);
    }

    void append_end_of_data() {
        session_.in_content = false;
        session_.tail = line_end;
        if (session_.end_logged) return;
        session_.end_logged = true;
        begin("[tx] \r\n.\r\n"); // CRLF "." CRLF as it was sent, after its tag
    }

    const Options& options_;
    const Tick at_;
    Session& session_;
};

Writer::Writer(Sink& sink, Options options) : sink_(sink), options_(std::move(options)) {
    const DialectRow& dialect = row(options_.dialect);
    std::string header = std::string(dialect.product) + "\r\nSMTP Log started at ";
    if (dialect.ctime)
        append_log_start(options_.started, options_.zone, header);
    else
        append_slash_date(options_.started, options_.zone, header);
    sink_.write(header += line_end);
}

Writer::~Writer() {
    for (auto& [number, session] : sessions_) write_block(session);
}

void Writer::show(const Event& event) {
    auto found = sessions_.find(event.session);
    const bool begins = std::holds_alternative<Opened>(event.what) ||
                        std::holds_alternative<Connecting>(event.what);
    if (const auto* const lookup = std::get_if<Lookup>(&event.what)) show_lookup(*lookup, event.at);
    if (begins && found == sessions_.end()) found = sessions_.try_emplace(event.session).first;
    if (found == sessions_.end()) return; // the writer was added too late to know its host
    Session& session = found->second;
    std::visit(Entry{options_, event.at, session}, event.what);
    const bool closed = std::holds_alternative<Closed>(event.what);
    if (closed || session.block.size() > block_octets_max) write_block(session);
    if (closed) sessions_.erase(found);
}

/// A client whose name server knows no such host connects to nothing. One that asks again, or for
/// another kind of record, has still had one failure.
void Writer::show_lookup(const Lookup& lookup, Tick at) {
    const bool failed = lookup.answer == "nxdomain" || lookup.answer == "servfail";
    if (!failed) unknown_host_.clear();
    if (!failed || lookup.name == unknown_host_) return;
    unknown_host_ = lookup.name;
    Session session;
    Entry entry{options_, at, session};
    entry(Connecting{lookup.name, 25, {}});
    entry(Trouble{TroubleKind::host_not_found, {}});
    write_block(session);
}

void Writer::write_block(Session& session) {
    sink_.write(session.block);
    session.block.clear();
}

} // namespace smtpsim::smtplog
