#include "sim/journal/event_table.hpp"

#include "tests/catch.hpp"
#include "tests/source.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

using namespace smtpsim;
using namespace smtpsim::journal;

namespace {

/// The section of an event in docs/journal.md, as far as the table knows it: heading, first
/// sentence, and the table of its keys.
struct Section {
    std::string heading, meaning, table;
};

std::string table_line(std::string_view key, std::string_view type, std::string_view unit,
                       std::string_view meaning) {
    std::string out = "| `" + std::string(key) + "` | " + std::string(type);
    if (!unit.empty()) out += " (" + std::string(unit) + ")";
    return out + " | " + std::string(meaning) + " |\n";
}

std::vector<Section> sections() {
    std::vector<Section> out;
    for_each_event([&](const auto& row) {
        Section& section = out.emplace_back();
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
                  table_line(field.key, name(field.form), field.unit, field.meaning)),
                 ...);
            },
            row.fields);
    });
    return out;
}

/// From `heading` to the next one.
std::string section_of(const std::string& document, const std::string& heading) {
    const std::size_t begin = document.find(heading);
    if (begin == std::string::npos) return {};
    return document.substr(begin, document.find("\n### ", begin) - begin);
}

std::string joined(std::string text) { // one paragraph is one line
    std::ranges::replace(text, '\n', ' ');
    return text;
}

} // namespace

TEST_CASE("docs/journal.md has every event as the table has it, in that order", "[journal]") {
    const std::string document = source_text("docs/journal.md");
    if (const char* const path = std::getenv("SMTPSIM_JOURNAL_TABLES")) {
        std::ofstream out{path};
        for (const Section& section : sections())
            out << section.heading << section.meaning << "\n\n" << section.table << '\n';
    }
    std::size_t at = 0;
    for (const Section& section : sections()) {
        INFO(section.heading << section.meaning << "\n\n" << section.table);
        const std::size_t found = document.find(section.heading, at);
        CHECK(found != std::string::npos);
        if (found != std::string::npos) at = found;
        const std::string described = section_of(document, section.heading);
        CHECK(joined(described).starts_with(joined(section.heading + section.meaning)));
        CHECK(described.find("\n\n" + section.table + "\n") != std::string::npos);
    }
}

TEST_CASE("docs/journal.md has no event that the table lacks", "[journal]") {
    const std::string document = source_text("docs/journal.md");
    std::vector<std::string> kinds;
    for_each_event([&](const auto& row) { kinds.emplace_back(row.kind); });
    const std::size_t begin = document.find("### Every event"),
                      end = document.find("\n### What stays");
    for (std::size_t at = document.find("\n### ", begin + 1); at < end;
         at = document.find("\n### ", at + 1)) {
        const std::size_t name = at + 5;
        const std::string kind = document.substr(name, document.find('\n', name) - name);
        CAPTURE(kind);
        CHECK(std::ranges::find(kinds, kind) != kinds.end());
    }
}

TEST_CASE("every integer of an event has a unit, and only they", "[journal]") {
    for_each_event([&](const auto& row) {
        CAPTURE(row.kind);
        CHECK_FALSE(row.meaning.empty());
        const auto is_right = [](const auto& field) {
            return field.unit.empty() == (field.form != Form::integer);
        };
        CHECK(
            std::apply([&](const auto&... field) { return (is_right(field) && ...); }, row.fields));
    });
}
