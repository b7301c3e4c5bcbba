// The parts of the documents that follow from the sources. Each function takes a document, and
// gives it back with that part as it is now; where it does not find the place, it leaves all as it
// is.
#pragma once

#include "faults/effect.hpp"
#include "sim/journal/event_table.hpp"
#include "tests/source.hpp"

#include <cstddef>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace smtpsim {

/// Puts `part` between `begin` and `end`, which stay.
inline std::string with_part(std::string document, std::string_view begin, std::string_view end,
                             const std::string& part) {
    const std::size_t mark = document.find(begin);
    if (mark == std::string::npos) return document;
    const std::size_t from = mark + begin.size();
    const std::size_t to = document.find(end, from);
    return to == std::string::npos ? document : document.replace(from, to - from, part);
}

inline constexpr std::string_view effects_begin = "<!-- effects: renewed by the target docs -->\n";
inline constexpr std::string_view effects_end = "<!-- /effects -->\n";

/// README's table of effects, which follows from their list.
inline std::string with_effects(const std::string& readme) {
    return with_part(readme, effects_begin, effects_end, '\n' + faults::effects_markdown() + '\n');
}

/// CONTRIBUTING's worked effect, which is a file of the program.
inline std::string with_worked_effect(const std::string& contributing) {
    std::istringstream source{source_text("faults/effects/corrupt.hpp")};
    std::string block = "\n";
    for (std::string line; std::getline(source, line); block += '\n')
        if (!line.empty()) block += "    " + line;
    return with_part(contributing, "`faults/effects/corrupt.hpp`:\n", "\n1. Write such a file.",
                     block);
}

/// The section of an event in docs/journal.md, as far as the table knows it: heading, first
/// sentence, and the table of its keys.
struct EventSection {
    std::string heading, meaning, table;
};

inline std::string table_line(std::string_view key, std::string_view type, std::string_view unit,
                              std::string_view meaning) {
    std::string out = "| `" + std::string(key) + "` | " + std::string(type);
    if (!unit.empty()) out += " (" + std::string(unit) + ")";
    return out + " | " + std::string(meaning) + " |\n";
}

inline std::vector<EventSection> event_sections() {
    std::vector<EventSection> out;
    journal::for_each_event([&](const auto& row) {
        EventSection& section = out.emplace_back();
        section.heading = "### " + std::string(row.kind) + "\n\n";
        section.meaning = row.meaning;
        section.table = "| Key | Type | Meaning |\n| --- | --- | --- |\n";
        if (row.dated)
            section.table += table_line("at", "text", "",
                                        "`t` as an RFC 3339 date in UTC, always with six decimals; "
                                        "comes before `event`");
        std::apply(
            [&](const auto&... field) {
                ((section.table +=
                  table_line(field.key, journal::name(field.form), field.unit, field.meaning)),
                 ...);
            },
            row.fields);
    });
    return out;
}

/// The tables of keys in docs/journal.md.
inline std::string with_event_tables(std::string journal) {
    for (const EventSection& section : event_sections()) {
        const std::size_t at = journal.find(section.heading);
        if (at == std::string::npos) continue;
        journal =
            journal.substr(0, at) + with_part(journal.substr(at), "\n\n| Key |", "\n\n",
                                              section.table.substr(7, section.table.size() - 8));
    }
    return journal;
}

} // namespace smtpsim
