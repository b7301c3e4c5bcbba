#include "audit/scenario/mail.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace smtpsim::scenario {
namespace {

std::string_view next_line(std::string_view& rest) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// What follows the first empty line (RFC 5322 §2.1).
std::string_view body_of(std::string_view message) {
    while (!message.empty() && !next_line(message).empty()) {
    }
    return message;
}

/// Lines without their ends, and without the empty ones at the end.
std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) out.push_back(next_line(text));
    while (!out.empty() && out.back().empty()) out.pop_back();
    return out;
}

/// The domain in any case (RFC 5321 §2.4).
bool is_same_path(std::string_view a, std::string_view b) {
    const auto at = a.rfind('@');
    if (a.size() != b.size() || at != b.rfind('@')) return false;
    return a.substr(0, at) == b.substr(0, at) &&
           (at == std::string_view::npos || equal_ignoring_case(a.substr(at), b.substr(at)));
}

} // namespace

const Mail& usual_mail() {
    static const Mail mail = [] {
        Mail out;
        out.content = "From: <jdoe@somewhere.com>\n"
                      "To: <janed@elsewhere.com>\n"
                      "Subject: A message from smtpsim\n"
                      "Date: Thu, 01 Aug 1996 22:24:22 +0000\n"
                      "Message-ID: <1@somewhere.com>\n"
                      "\n"
                      "This message tries a mail client. The line below begins with a dot.\n"
                      ".\n";
        // So much is asked for by failures within the message.
        for (int i = 0; i < 60; ++i) out.content += std::string(70, 'x') + '\n';
        return out;
    }();
    return mail;
}

std::optional<std::string> damage(const Mail& given, const StoredMail& kept) {
    if (!is_same_path(kept.sender, given.sender)) return "it was kept as from " + kept.sender;
    for (const std::string& recipient : kept.recipients)
        if (!is_same_path(recipient, given.recipient)) return "it was kept for " + recipient;
    const auto wanted = lines_of(body_of(given.content)), lines = lines_of(kept.content);
    std::size_t best = 0;
    for (std::size_t from = 0; from < lines.size() && best < wanted.size(); ++from) {
        const auto [differs, _] = std::ranges::mismatch(wanted, std::span(lines).subspan(from));
        best = std::max(best, static_cast<std::size_t>(differs - wanted.begin()));
    }
    if (best < wanted.size())
        return "line " + std::to_string(best + 1) + " of its body is not there as it was given";
    return std::nullopt;
}

} // namespace smtpsim::scenario
