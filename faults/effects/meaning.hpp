// `meaning`: the profile's own wording of a refusal.
#pragma once

#include "core/yaml/make_shape.hpp"
#include "faults/effects/parts.hpp"
#include "smtp/reply_table.hpp"

#include <utility>
#include <vector>

namespace smtpsim::faults {

struct Meaning {
    static constexpr std::string_view name = "meaning";
    static constexpr std::string_view key = "Send this refusal in the server's own wording.";
    static constexpr std::string_view example = "mailbox-full";
    static constexpr Topic topic = Topic::saying;
    static constexpr Where where() { return in_mail; }
    static constexpr Role role() { return {.says = true}; }

    smtp::ReplyId reply = smtp::ReplyId::shutdown;

    static const yaml::Shape& shape() {
        static const yaml::Shape shape = [] {
            std::vector<std::string> words;
            for (const smtp::ReplyRow& row : smtp::reply_table)
                if (row.group == smtp::ReplyGroup::wording) words.emplace_back(row.name);
            return yaml::one_of("a refusal's name such as mailbox-full", std::move(words));
        }();
        return shape;
    }
    static std::optional<Meaning> read(const yaml::Node& value, Reading&) {
        for (const smtp::ReplyRow& row : smtp::reply_table)
            if (row.group == smtp::ReplyGroup::wording && row.name == value.text)
                return Meaning{row.id};
        return std::nullopt;
    }
    std::string text() const { return std::string(smtp::row(reply).name); }
    void perform(Performance& in) const { in.reply(in.settings.reply(reply)); }
};

} // namespace smtpsim::faults
