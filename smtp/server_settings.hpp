// All that a profile says about a server and the protocol engine needs. Immutable once built.
// Must not know YAML: profiles/build fills it in.
#pragma once

#include "core/units.hpp"
#include "smtp/announced_extensions.hpp"
#include "smtp/finding.hpp"
#include "smtp/greylist.hpp"
#include "smtp/ids.hpp"
#include "smtp/quotas.hpp"
#include "smtp/reply_table.hpp"
#include "smtp/sasl/exchange.hpp"
#include "smtp/tls_settings.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::smtp {

enum class Protocol : std::uint8_t { smtp, esmtp, lmtp };

struct Limits {
    std::uint64_t message_octets = 50ULL << 20;
    std::uint64_t recipients = 1'000;
    std::uint64_t sessions = 10'000;         // at the same time
    std::uint64_t errors = 20;               // 500, 501, 502, 503, 504 and 555 replies in a session
    std::uint64_t line_octets = 2'048;       // command line, CRLF included
    std::uint64_t auth_line_octets = 12'288; // AUTH and its responses: RFC 4954 §4.
    Duration handshake = std::chrono::seconds{10}; // of TLS
    Duration idle = std::chrono::minutes{5};
    std::optional<std::uint64_t> recipient_domains; // a message: RFC 9422 §5
    std::optional<std::uint64_t> by_seconds_min;    // of BY with R: RFC 2852 §3
    std::optional<std::uint64_t> hold_seconds;      // of HOLDFOR, at most: RFC 4865 §3
    std::optional<Tick> hold_until;                 // of HOLDUNTIL, at most
    std::optional<std::uint64_t> messages;          // accepted in one session
    std::optional<Frequency> rate;                  // MAIL commands of one client
};

/// After so many errors in a session, the reply to each further error is delayed.
struct Tarpit {
    std::uint64_t after;
    Duration delay;
};

struct DeclaredVerb {
    std::string name; // upper case
    Reply reply;
};

/// Departures that a server may refuse or tolerate; `server.strictness` names them by their ids.
inline constexpr std::array tolerable_findings{
    Finding::bare_lf,
    Finding::eight_bit_command,
    Finding::no_greeting,
    Finding::nested_mail,
    Finding::path_without_brackets,
    Finding::space_before_path,
    Finding::path_without_domain,
    Finding::bad_address_literal,
    Finding::ill_formed_utf8,
    Finding::parameter_not_offered,
    Finding::argument_not_allowed,
    Finding::helo_without_name,
};

struct Login {
    Mechanisms mechanisms;
    sasl::Users users;      // empty: every name and password is right
    bool required = false;  // before MAIL
    bool after_tls = false; // neither listed nor taken in the clear

    bool offers(sasl::Mechanism mechanism) const {
        return mechanisms.test(static_cast<std::size_t>(mechanism));
    }
};

struct Tls {
    TlsSettings settings;
    bool required = false; // before anything but EHLO, NOOP, QUIT and STARTTLS
};

struct ServerSettings {
    std::string hostname = "localhost";
    ZoneOffset zone{0};
    IdStyle ids = IdStyle::queue;
    Protocol protocol = Protocol::esmtp;
    ReplyId ehlo_refusal = ReplyId::unknown_command;       // for Protocol::smtp: 500, 502 or 504
    Extensions extensions;                                 // that it honours
    std::array<std::optional<Reply>, reply_count> replies; // the EHLO reply lists the extensions
    std::optional<Reply> ehlo_within_tls;
    Announced announced, announced_within_tls; // by these two
    Login login;
    Tls tls;
    bool reads_on_at_bdat = false; // where it does not know BDAT: its octets are commands
    bool reads_on_at_http = false;
    std::vector<DeclaredVerb> verbs;
    Findings tolerates;
    Limits limits;
    std::optional<GreylistRule> greylist;
    std::optional<Tarpit> tarpit;
    std::optional<StorageRule> storage;
    std::vector<MailboxRule> mailboxes; // the first that matches counts; none at all: all accepted

    bool honours(Extension extension) const { return extensions.has(extension); }
    const Reply& reply(ReplyId id) const { return *replies.at(static_cast<std::size_t>(id)); }
};

/// Fills every reply that is not set from reply_table, with enhanced codes where they are offered.
/// `announced`: the lines of the EHLO reply after its first ("SIZE 10240000"). Within TLS the list
/// has no STARTTLS (RFC 3207 §4.2); without TLS it has no REQUIRETLS (RFC 8689 §2), no AUTH where
/// that is for TLS only, and no mechanism that needs TLS.
/// `texts`: the profile's own replies, as said where set.
void set_replies(ServerSettings& settings, const std::vector<std::string>& announced,
                 const std::array<std::optional<ReplyText>, reply_count>& texts);

} // namespace smtpsim::smtp
