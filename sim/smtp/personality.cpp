#include "sim/smtp/personality.hpp"

#include "sim/core/text.hpp"

#include <cassert>

namespace smtpsim::smtp {
namespace {

ReplyText default_text(const ReplyRow& row, bool enhanced) {
    std::string_view bad;
    auto line = Template::parse(row.text, bad);
    assert(line && "the table's texts are checked by a test");
    return {row.code, enhanced ? row.enhanced : std::nullopt, {*std::move(line)}};
}

} // namespace

std::uint32_t extensions_in(std::string_view ehlo_reply) {
    std::uint32_t out = 0;
    for (bool first = true; !ehlo_reply.empty(); first = false) {
        const std::size_t end = ehlo_reply.find('\n');
        const std::string_view line = ehlo_reply.substr(0, end);
        ehlo_reply.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
        if (first || line.size() < 4) continue; // the first names the server: RFC 5321 §4.1.1.1
        const std::string_view rest = line.substr(4);
        const std::string_view keyword = rest.substr(0, rest.find_first_of(" =\r"));
        for (std::size_t i = 0; i < extension_keywords.size(); ++i)
            if (equal_ignoring_case(keyword, extension_keywords.at(i))) out |= 1U << i;
    }
    return out;
}

void set_replies(Personality& personality, const std::vector<std::string>& announced,
                 const std::array<std::optional<ReplyText>, reply_count>& texts) {
    const bool enhanced = personality.offers(Extension::enhanced_status_codes);
    for (const ReplyRow& row : reply_table) {
        const auto index = static_cast<std::size_t>(row.id);
        ReplyText text = texts.at(index) ? *texts.at(index) : default_text(row, enhanced);
        const bool announces = row.id == ReplyId::ehlo && personality.protocol != Protocol::smtp;
        if (announces)
            for (const std::string& line : announced) text.lines.push_back(Template::literal(line));
        personality.replies.at(index) = compile(text);
    }
}

} // namespace smtpsim::smtp
