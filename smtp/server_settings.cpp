#include "smtp/server_settings.hpp"

#include "core/check.hpp"

namespace smtpsim::smtp {
namespace {

ReplyText default_text(const ReplyRow& row, bool enhanced) {
    std::string_view bad;
    auto line = Template::parse(row.text, bad);
    ensure(line.has_value(), "a text of the reply table is a template");
    return {row.code, enhanced ? row.enhanced : std::nullopt, {*std::move(line)}};
}

} // namespace

void set_replies(ServerSettings& settings, const std::vector<std::string>& announced,
                 const std::array<std::optional<ReplyText>, reply_count>& texts) {
    const bool enhanced = settings.honours(Extension::enhanced_status_codes);
    const auto ehlo = [&](ReplyText text, bool within_tls, Announced& promise) {
        if (settings.protocol != Protocol::smtp)
            for (const std::string& line : announced)
                if (const std::string said =
                        as_announced(line, within_tls, settings.login.after_tls);
                    !said.empty())
                    text.lines.push_back(Template::literal(said));
        Reply reply = compile(text);
        std::string octets;
        reply.octets.render({}, octets);
        promise = announced_in(octets);
        return reply;
    };
    for (const ReplyRow& row : reply_table) {
        const auto index = static_cast<std::size_t>(row.id);
        ReplyText text = texts.at(index) ? *texts.at(index) : default_text(row, enhanced);
        if (row.id == ReplyId::ehlo) {
            settings.ehlo_within_tls = ehlo(text, true, settings.announced_within_tls);
            settings.replies.at(index) = ehlo(text, false, settings.announced);
        } else {
            settings.replies.at(index) = compile(text);
        }
    }
}

} // namespace smtpsim::smtp
