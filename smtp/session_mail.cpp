// How MAIL and RCPT are judged: path, parameters, and whether there is room for the message.
#include "core/date.hpp"
#include "core/text.hpp"
#include "smtp/session.hpp"

#include <algorithm>
#include <charconv>

namespace smtpsim::smtp {
namespace {

bool has_eight_bit(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::uint64_t leading_number(std::string_view text) {
    std::uint64_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

/// Does a valid value keep to what the extension announced?
bool is_within(const Limits& limits, const ParameterRow& parameter, std::string_view value) {
    if (parameter.keyword == "HOLDFOR" && limits.hold_seconds) // RFC 4865 §5
        return leading_number(value) <= *limits.hold_seconds;
    if (parameter.keyword == "HOLDUNTIL" && limits.hold_until) {
        const auto until = parse_iso_date(value);
        return until && *until <= *limits.hold_until;
    }
    if (parameter.keyword == "BY" && limits.by_seconds_min) { // RFC 2852 §4
        if (value.starts_with('+')) value.remove_prefix(1);
        const char mode = to_lower(value[value.find(';') + 1]);
        return mode != 'r' || leading_number(value) >= *limits.by_seconds_min;
    }
    return true;
}

} // namespace

ReplyId Session::judge_path(ProtocolEvent& event, const VerbRow& verb, std::string_view argument) {
    const bool reverse = verb.argument == Argument::reverse_path;
    const std::string_view keyword = reverse ? "FROM" : "TO";
    const auto path = parse_path(argument, keyword);
    if (!path) {
        const bool other_syntax = !equal_ignoring_case(argument.substr(0, keyword.size()), keyword);
        if (other_syntax) return ReplyId::syntax_error;
        return reverse ? ReplyId::bad_sender : ReplyId::bad_recipient;
    }
    event.findings.add(path->departures);
    return reverse ? judge_reverse_path(event, verb, *path)
                   : judge_forward_path(event, verb, *path);
}

ReplyId Session::judge_reverse_path(ProtocolEvent& event, const VerbRow& verb, const Path& path) {
    event.sender = path.mailbox;
    event.size = 0;
    if (refuses(path.departures)) return ReplyId::bad_sender;
    if (const auto refusal = judge_parameters(event, path, true)) return *refusal;
    if (!event.utf8 && needs_utf8(event, path)) return ReplyId::utf8_required;
    const Limits& limits = settings_.limits;
    if (limits.messages && messages_ >= *limits.messages) {
        event.limit = *limits.messages;
        event.closes = true;
        return ReplyId::too_many_messages;
    }
    if (server_state_.rate_limit.refuses(client_ip_, now_)) return ReplyId::rate_exceeded;
    const bool room = !settings_.storage || !settings_.storage->at_mail ||
                      server_state_.quotas.has_room(event.size);
    return room ? verb.reply : ReplyId::storage_full;
}

ReplyId Session::judge_forward_path(ProtocolEvent& event, const VerbRow& verb, const Path& path) {
    event.recipient = path.mailbox;
    if (path.mailbox.empty() || refuses(path.departures)) return ReplyId::bad_recipient;
    if (const auto refusal = judge_parameters(event, path, false)) return *refusal;
    if (!transaction_.utf8 && needs_utf8(event, path)) return ReplyId::utf8_required;
    if (recipients().size() >= settings_.limits.recipients) {
        event.limit = settings_.limits.recipients;
        return ReplyId::too_many_recipients;
    }
    if (is_of_too_many_domains(path.domain)) {
        event.limit = *settings_.limits.recipient_domains;
        return ReplyId::too_many_recipients;
    }
    return judge_mailbox(verb, path.mailbox);
}

/// An address of more than ASCII comes without SMTPUTF8, and the server does not tolerate that.
bool Session::needs_utf8(ProtocolEvent& event, const Path& path) const {
    if (!has_eight_bit(path.mailbox)) return false;
    event.findings.add(Finding::eight_bit_command);
    return honours(Extension::smtputf8) && !settings_.tolerates.has(Finding::eight_bit_command);
}

/// Is there such a mailbox, room for the message, and no wait?
ReplyId Session::judge_mailbox(const VerbRow& verb, std::string_view mailbox) {
    const std::uint64_t octets = transaction_.declared_octets;
    switch (server_state_.quotas.ask(mailbox, octets, Stage::rcpt)) {
    case Quotas::Answer::accepted: break;
    case Quotas::Answer::unknown: return ReplyId::mailbox_unknown;
    case Quotas::Answer::full: return ReplyId::mailbox_full;
    }
    const bool room =
        !settings_.storage || !settings_.storage->at_rcpt || server_state_.quotas.has_room(octets);
    if (!room) return ReplyId::storage_full;
    return server_state_.greylist.defers(client_ip_, sender(), mailbox, now_) ? ReplyId::greylisted
                                                                              : verb.reply;
}

/// RFC 9422 §5.3: the recipients of one message may be of so many domains.
bool Session::is_of_too_many_domains(std::string_view domain) const {
    if (!settings_.limits.recipient_domains) return false;
    std::vector<std::string_view> domains{domain};
    for (const std::string_view recipient : recipients()) {
        const std::string_view other = recipient.substr(recipient.rfind('@') + 1);
        if (std::ranges::none_of(
                domains, [&](std::string_view known) { return equal_ignoring_case(known, other); }))
            domains.push_back(other);
    }
    return domains.size() > *settings_.limits.recipient_domains;
}

/// nullopt: nothing against them.
std::optional<ReplyId> Session::judge_parameters(ProtocolEvent& event, const Path& path,
                                                 bool of_mail) const {
    TakenParameters taken;
    std::string_view rest = path.parameters;
    while (const auto parameter = next_parameter(rest))
        if (const auto refusal = judge_parameter(event, *parameter, of_mail, taken)) return refusal;
    const bool all_read = rest.find_first_not_of(" \t") == std::string_view::npos;
    return all_read ? std::nullopt : std::optional(ReplyId::syntax_error);
}

/// The row that counts. Of a value that no row has, one whose extension was announced: BODY is
/// 8BITMIME's and BINARYMIME's.
const ParameterRow* Session::brought_by(const KnownParameter& known) const {
    if (known.row == nullptr || known.valid) return known.row;
    for (const ParameterRow& each : parameter_table)
        if (each.of_mail == known.row->of_mail && each.keyword == known.row->keyword &&
            announced(each.extension))
            return &each;
    return known.row;
}

std::optional<ReplyId> Session::judge_parameter(ProtocolEvent& event, const Parameter& parameter,
                                                bool of_mail, TakenParameters& taken) const {
    const KnownParameter known = known_parameter(parameter, of_mail);
    if (known.row == nullptr && was_given_list() &&
        announced_->brings_foreign_parameter(parameter.keyword))
        return std::nullopt; // without effect
    const ParameterRow* const brought = brought_by(known);
    if (brought == nullptr || !announced(brought->extension))
        event.findings.add(Finding::parameter_not_offered);
    if (brought == nullptr || !esmtp() || !honours(brought->extension)) {
        if (settings_.tolerates.has(Finding::parameter_not_offered)) return std::nullopt;
        return settings_.protocol == Protocol::smtp ? ReplyId::syntax_error
                                                    : ReplyId::parameter_unknown;
    }
    const std::string_view value = parameter.value;
    if (!known.valid || !is_within(settings_.limits, *known.row, value))
        return ReplyId::syntax_error;
    // What has no value may be said again: Python's smtplib does so with SMTPUTF8.
    if (taken.test(known.sets) && !value.empty()) return ReplyId::syntax_error;
    taken.set(known.sets);
    if (known.row->extension == Extension::smtputf8) event.utf8 = true;
    if (known.row->extension == Extension::binarymime) event.binary = true;
    if (known.row->extension != Extension::size) return std::nullopt;
    const auto error = std::from_chars(value.data(), value.data() + value.size(), event.size).ec;
    const bool beyond_count = error != std::errc{}; // 20 digits are in order: RFC 1870 §6.1
    if (beyond_count || event.size > settings_.limits.message_octets)
        return ReplyId::message_too_large;
    return std::nullopt;
}

} // namespace smtpsim::smtp
