#include "profiles/meaning/reply_meaning.hpp"

#include "core/text.hpp"
#include "core/units.hpp"
#include "core/yaml/tree.hpp"
#include "faults/client_behaviour.hpp"
#include "profiles/build/catalogue.hpp"
#include "profiles/meaning/enhanced_table.hpp"
#include "smtp/finding.hpp"
#include "smtp/reply.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace smtpsim::profiles {
using namespace yaml;
namespace {

struct Digit {
    char digit;
    std::string_view meaning;
};
/// RFC 5321 §4.2.1.
constexpr std::array severities{
    Digit{'2', "success: what was asked for is done"},
    Digit{'3', "go on: the server waits for the rest"},
    Digit{'4', "refused for now: the same may succeed later, try again after a pause"},
    Digit{'5', "refused permanently: the same will fail again, tell the sender"},
};
constexpr std::array categories{
    Digit{'0', "about syntax"},         Digit{'1', "about information"},
    Digit{'2', "about the connection"}, Digit{'3', "of no defined kind"},
    Digit{'4', "of no defined kind"},   Digit{'5', "about the mail system"},
};

template <class Table> std::string_view meaning_of(const Table& table, char digit) {
    const auto* const row = std::ranges::find(table, digit, &Digit::digit);
    return row == table.end() ? "not defined" : row->meaning;
}

std::string joined(const std::vector<std::string>& texts, std::string_view between = ", ") {
    std::string out;
    for (const std::string& text : texts) out += (out.empty() ? "" : std::string(between)) + text;
    return out;
}

std::string expectation(const Expectation& expect) {
    std::string out = joined(expect.outcomes, " or ");
    if (!expect.must.empty()) out += "; must: " + joined(expect.must);
    if (!expect.must_not.empty()) out += "; must not: " + joined(expect.must_not);
    if (expect.within) out += "; within " + duration_text(*expect.within);
    return out;
}

bool says(const CatalogueEntry& entry, std::string_view code) {
    const auto has = [&](const std::string& line) {
        const std::size_t at = line.find(code);
        if (!line.starts_with("[rx] ") || at == std::string::npos) return false;
        const bool begins = line[at - 1] == ' ' || line[at - 1] == '-';
        const std::size_t end = at + code.size();
        const bool ends = end == line.size() || (!is_digit(line[end]) && line[end] != '.');
        return begins && ends && (code.size() > 3 || at == 5);
    };
    return std::ranges::any_of(entry.log, has);
}

std::string entries_that_say(std::string_view code) {
    std::vector<const CatalogueEntry*> said;
    std::size_t width = 0;
    for (const CatalogueEntry& entry : catalogue()) {
        if (!says(entry, code)) continue;
        said.push_back(&entry);
        width = std::max(width, entry.id.size());
    }
    if (said.empty()) return "";
    std::string out = "\nIn the catalogue:\n";
    for (const CatalogueEntry* const entry : said)
        out += "  " + entry->id + std::string(width + 2 - entry->id.size(), ' ') + entry->title +
               "\n  " + std::string(width + 2, ' ') +
               "a correct client: " + expectation(entry->expect) + '\n';
    return out;
}

Result<std::string> explain_code(std::string_view code) {
    const auto value =
        smtp::ReplyCode::any((code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0'));
    std::string out = std::string(code) + ": ";
    if (!smtp::ReplyCode::from(value->value()))
        out += "no reply code of SMTP (RFC 5321 §4.2): a client should end the session\n";
    else
        out += std::string(meaning_of(severities, code[0])) + "; " +
               std::string(meaning_of(categories, code[1])) + " (RFC 5321 §4.2.1)\n";
    out += entries_that_say(code);
    return {boost::system::in_place_value, std::move(out)};
}

Result<std::string> explain_enhanced(std::string_view code) {
    const auto enhanced = smtp::parse_enhanced(code);
    const auto* const row = std::ranges::find_if(enhanced_table, [&](const EnhancedRow& each) {
        return each.subject == enhanced->subject && each.detail == enhanced->detail;
    });
    std::string out = std::string(code) + ": ";
    out += row == enhanced_table.end() ? "not in the registry" : std::string(row->name);
    out += "; " + std::string(meaning_of(severities, code[0])) + '\n';
    if (row != enhanced_table.end())
        out += std::string(row->meaning) + " (" + std::string(row->sources) + ")\n";
    return {boost::system::in_place_value, out + entries_that_say(code)};
}

std::string try_it(const CatalogueEntry& entry) {
    if (!entry.of_a_modem()) return "smtpsim serve " + entry.profile + " --fault " + entry.id;
    std::string out = "smtpsim modem " + entry.profile + " --pty ./modem";
    if (entry.call != Answer::smtp) out += " --answer " + std::string(row(entry.call).name);
    return out + " --fault " + entry.id;
}

std::string explain_entry(const CatalogueEntry& entry) {
    std::string out = entry.id + ": " + entry.title + "\n";
    if (!entry.note.empty()) out += entry.note + '\n';
    out += "\nLayer: " + entry.layer + "\nSources: " + joined(entry.sources, "; ") +
           "\nA correct client: " + expectation(entry.expect) + '\n';
    if (!entry.log.empty()) {
        out += "\nIn the client's Smtp.log:\n";
        for (const std::string& line : entry.log) out += "  " + visible(line) + '\n';
    }
    if (!entry.sees.empty()) {
        out += "\nWhat programs show:\n";
        for (const std::string& line : entry.sees) out += "  " + visible(line) + '\n';
    }
    out += "\nThe fault:\n" + entry_yaml(entry) + "\nTry it: " + try_it(entry) + '\n';
    return out;
}

} // namespace

Result<std::string> explanation(std::string_view what) {
    if (what.size() == 3 && std::ranges::all_of(what, is_digit)) return explain_code(what);
    if (smtp::parse_enhanced(what)) return explain_enhanced(what);
    const CatalogueEntry* const entry = catalogue_entry(what);
    if (entry != nullptr) return {boost::system::in_place_value, explain_entry(*entry)};
    if (what.find('/') != std::string_view::npos) return Failure{unknown_entry(what)};
    return Failure{in_quotes(what) + " is no reply code (552), enhanced code (4.2.2) or id "
                                     "(kb155455/rcpt/552)"};
}

std::string catalogue_markdown() {
    std::string out = R"(# The catalogue of documented failures

Each failure has an id that never changes, its sources and what a correct client does about it. This
page is printed from the catalogue in the binary.

    smtpsim serve --fault kb155455/rcpt/552      # a server with this failure
    smtpsim fault show kb155455/rcpt/552         # as YAML for your own profile
    smtpsim fault explain kb155455/rcpt/552      # what it means
    smtpsim fault explain 552                    # which servers send this code, and when

## What a client reports

| Outcome | Meaning |
| --- | --- |
)";
    for (const faults::NameRow& row : faults::outcome_table)
        out += "| `" + std::string(row.name) + "` | " + std::string(row.summary) + " |\n";
    out += "\n## What a client must or must not do\n\n| Name | The client |\n| --- | --- |\n";
    for (const faults::NameRow& row : faults::behaviour_table)
        out += "| `" + std::string(row.name) + "` | " + std::string(row.summary) + " |\n";
    for (const smtp::FindingRow& row : smtp::finding_table)
        out += "| `" + std::string(row.id) + "` | " + std::string(row.summary) + " |\n";
    const auto cell = [](std::string_view text) {
        std::string escaped;
        for (const char c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
        return escaped;
    };
    for (const CatalogueFile& file : catalogue_files()) {
        Problems ignored; // a test reads every file
        const auto family = read_family(file.text, std::string(file.name), ignored);
        if (!family) continue;
        out += "\n## " + std::string(file.name) + "\n\n" + family->summary +
               "\n\n| Id | Failure | A correct client | Sources |\n"
               "| --- | --- | --- | --- |\n";
        for (const CatalogueEntry& entry : family->entries)
            out += "| `" + entry.id + "` | " + cell(entry.title) + " | " +
                   cell(expectation(entry.expect)) + " | " + cell(joined(entry.sources, "; ")) +
                   " |\n";
        if (family->not_applicable.empty()) continue;
        out += "\nDocumented failures that a line or a server cannot cause:\n\n"
               "| Failure | Reason |\n| --- | --- |\n";
        for (const NotApplicable& other : family->not_applicable)
            out += "| " + cell(other.what) + " | " + cell(other.why) + " |\n";
    }
    return out;
}

} // namespace smtpsim::profiles
