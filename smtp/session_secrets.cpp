// Passwords and tokens, masked in all that is shown: the Journal, transcripts and reply texts.
// Only a fault's conditions read the line as it was sent.
#include "core/text.hpp"
#include "smtp/session.hpp"

#include <algorithm>
#include <array>

namespace smtpsim::smtp {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view without_end(std::string_view line) {
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// The line with what follows its first `from` octets hidden, its end kept.
std::string hidden(std::string_view line, std::size_t from) {
    const std::string_view end = line.substr(without_end(line).size());
    return std::string(line.substr(0, from)) + std::string(hidden_text) + std::string(end);
}

/// Mechanisms that the engine does not have: a name that may be shown.
constexpr std::array other_mechanisms{"NTLM",      "GSSAPI", "GSS-SPNEGO", "KERBEROS_V4",
                                      "OTP",       "SKEY",   "SRP",        "GS2-KRB5",
                                      "CRAM-SHA1", "XLOGIN", "OPENID20",   "SAML20"};

bool names_mechanism(std::string_view word) {
    return sasl::mechanism_named(word) ||
           std::ranges::any_of(other_mechanisms, [&](std::string_view name) {
               return equal_ignoring_case(name, word);
           });
}

/// How long the verb is, where it is AUTH, or Exchange's name for it, or AUTH and a mechanism
/// without the space between them; else 0.
std::size_t auth_octets(std::string_view text) {
    const std::string_view word = text.substr(0, text.find_first_of(" \t\r\n"));
    constexpr std::string_view auth = "AUTH";
    if (equal_ignoring_case(word.substr(0, auth.size()), auth) &&
        names_mechanism(word.substr(std::min(auth.size(), word.size()))))
        return word.size();
    for (const std::string_view verb : {"AUTH", "X-EXPS"}) {
        const std::string_view rest = text.substr(std::min(verb.size(), text.size()));
        if (equal_ignoring_case(text.substr(0, verb.size()), verb) &&
            (rest.empty() || std::string_view(" \t\r\n=").find(rest[0]) != rest.npos))
            return verb.size();
    }
    return 0;
}

bool is_auth(std::string_view line) {
    return auth_octets(line.substr(std::min(line.find_first_not_of(blanks), line.size()))) > 0;
}

/// A name of the engine's, of another server's, or one that EHLO listed.
bool is_mechanism(std::string_view word, const Announced& announced) {
    return names_mechanism(word) || announced.lists("AUTH", word) ||
           announced.lists("X-EXPS", word);
}

/// Where the initial response begins, however a client spells AUTH ("AUTH=PLAIN", "AUTHPLAIN"), or
/// what stands in a mechanism's place and is none: it may be a password. Else npos.
std::size_t secret_at(std::string_view line, const Announced& announced) {
    if (!is_auth(line)) return std::string_view::npos;
    const std::size_t start = line.find_first_not_of(blanks);
    const std::string_view verb = line.substr(start, auth_octets(line.substr(start)));
    const bool has_mechanism =
        equal_ignoring_case(verb, "AUTH") || equal_ignoring_case(verb, "X-EXPS");
    std::size_t at = start + verb.size();
    if (has_mechanism) {
        const std::size_t from = line.find_first_not_of(" \t=", at);
        if (from == std::string_view::npos) return from;
        at = line.find_first_of(blanks, from);
        if (!is_mechanism(line.substr(from, at - from), announced)) return from;
    }
    at = line.find_first_not_of(blanks, at);
    return at < line.size() && line.substr(at) != "=" ? at : std::string_view::npos;
}

} // namespace

/// Do the octets that are read next belong to a login?
bool Session::reads_secret() const {
    return is_in<state::Responding>() || last_.stray == Stray::response || is_auth(input_.unread());
}

/// May the next line be an answer to AUTH, although none is asked for?
bool Session::may_be_answered(const ProtocolEvent& event) const {
    return event.verb == Verb::unknown && (last_.stray == Stray::response || is_auth(event.line));
}

/// Hides what follows the first `from` octets of the line from all but the faults' conditions.
void Session::mask(ProtocolEvent& event, std::size_t from) {
    if (options_.reveal_secrets) return;
    masking_.text = hidden(event.received, from);
    event.received = masking_.text;
    if (event.line.empty()) return; // of an overlong one there are only pieces
    event.secret = event.line.substr(from);
    event.shown = without_end(masking_.text);
    if (from < event.word.size()) event.word = hidden_text;
}

/// Of octets that were never read as lines, what may be shown.
std::string Session::without_secrets(std::string_view octets) const {
    if (options_.reveal_secrets) return std::string(octets);
    std::string out;
    bool answers = input_.within_overlong_line() ? masking_.within_line : reads_secret();
    while (!octets.empty()) {
        const std::size_t end = std::min(octets.find('\n'), octets.size() - 1) + 1;
        const std::string_view line = octets.substr(0, end), text = without_end(line);
        const bool is_unknown = !text.empty() && parse_command(text).verb == Verb::unknown;
        const std::size_t at = secret_at(text, *announced_);
        if (at != std::string_view::npos)
            out += hidden(line, at);
        else
            out += answers && is_unknown && !is_auth(text) ? hidden(line, 0) : std::string(line);
        answers = is_auth(text) || (answers && is_unknown);
        octets.remove_prefix(end);
    }
    return out;
}

void Session::mask_initial_response(ProtocolEvent& event) {
    if (const std::size_t at = secret_at(event.line, *announced_); at != std::string_view::npos)
        mask(event, at);
}

} // namespace smtpsim::smtp
