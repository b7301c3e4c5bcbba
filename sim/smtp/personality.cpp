#include "sim/smtp/personality.hpp"

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
