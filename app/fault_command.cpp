// smtpsim fault: the catalogue of documented failures, listed, shown and explained.
#include "app/cli.hpp"
#include "app/commands.hpp"

#include "core/json.hpp"
#include "core/pattern.hpp"
#include "core/text.hpp"
#include "profiles/build/catalogue.hpp"
#include "profiles/meaning/reply_meaning.hpp"

#include <algorithm>
#include <iostream>

namespace smtpsim::app {
namespace {

using profiles::CatalogueEntry;

struct FaultOptions {
    std::string glob = "*", layer, what;
    bool json = false;
};

void append_texts(std::string_view key, const std::vector<std::string>& texts, std::string& out) {
    out += ", \"" + std::string(key) + "\": [";
    for (const std::string& text : texts) {
        if (&text != &texts.front()) out += ", ";
        append_json_text(text, out);
    }
    out += ']';
}

std::string entry_json(const CatalogueEntry& entry) {
    std::string out = "  {\"id\": ";
    append_json_text(entry.id, out);
    out += ", \"title\": ";
    append_json_text(entry.title, out);
    out += ", \"layer\": ";
    append_json_text(entry.layer, out);
    out += ", \"profile\": ";
    append_json_text(entry.profile, out);
    append_texts("sources", entry.sources, out);
    append_texts("outcome", entry.expect.outcomes, out);
    append_texts("must", entry.expect.must, out);
    append_texts("must-not", entry.expect.must_not, out);
    if (entry.expect.within)
        out += ", \"within\": " + std::to_string(entry.expect.within->count() / 1'000'000);
    append_texts("log", entry.log, out);
    if (entry.of_a_modem()) {
        out += ", \"call\": \"" + std::string(row(entry.call).name) + '"';
        append_texts("sees", entry.sees, out);
    }
    return out + '}';
}

void check_layer(const std::string& layer) {
    std::vector<std::string_view> layers;
    for (const CatalogueEntry& entry : profiles::catalogue())
        if (std::ranges::find(layers, entry.layer) == layers.end()) layers.push_back(entry.layer);
    if (std::ranges::find(layers, layer) != layers.end()) return;
    std::string all;
    for (const std::string_view each : layers) all += (all.empty() ? "" : ", ") + std::string(each);
    stop(Exit::bad_input, "--layer: no layer called \"" + visible(layer) + '"' +
                              did_you_mean(layer, layers) + "; there are " + all);
}

/// `layer`: empty for all of them.
Exit list_failures(const std::string& glob, const std::string& layer, bool as_json) {
    if (!layer.empty()) check_layer(layer);
    const auto pattern = Pattern::parse(glob);
    if (!pattern) throw Stop{Exit::bad_input, "smtpsim: " + glob + ": " + pattern.error().what};
    std::string out;
    std::size_t width = 0;
    std::vector<const CatalogueEntry*> chosen;
    for (const CatalogueEntry& entry : profiles::catalogue()) {
        if (!pattern->matches(entry.id) || (!layer.empty() && entry.layer != layer)) continue;
        chosen.push_back(&entry);
        width = std::max(width, entry.id.size());
    }
    if (chosen.empty() && !as_json)
        stop(Exit::bad_input, "no catalogued failure " +
                                  (layer.empty() ? "" : "of layer " + layer + ' ') + "matches " +
                                  glob);
    for (const CatalogueEntry* const entry : chosen)
        out += as_json ? (out.empty() ? "" : ",\n") + entry_json(*entry)
                       : entry->id + std::string(width + 2 - entry->id.size(), ' ') + entry->title +
                             '\n';
    std::cout << (as_json ? "[\n" + out + "\n]\n" : out);
    return Exit::passed;
}

Exit show_failure(const std::string& id) {
    const CatalogueEntry* const entry = profiles::catalogue_entry(id);
    if (entry == nullptr) throw Stop{Exit::bad_input, "smtpsim: " + profiles::unknown_entry(id)};
    std::cout << "# " << entry->id << ": " << entry->title << "\nfaults:\n"
              << profiles::entry_yaml(*entry);
    return Exit::passed;
}

Exit explain_failure(const std::string& what) {
    const auto text = profiles::explanation(what);
    if (!text) throw Stop{Exit::bad_input, "smtpsim: " + text.error().what};
    std::cout << *text;
    return Exit::passed;
}

} // namespace

Command fault_command() {
    static FaultOptions options;
    options = {};
    return {
        .name = "fault",
        .summary = "List, show and explain documented failures",
        .footer = "Example:\n  smtpsim fault explain 552",
        .subcommands =
            {
                {
                    .name = "list",
                    .summary = "Ids and titles",
                    .footer = "Examples:\n  smtpsim fault list 'kb155455/rcpt/*'\n"
                              "  smtpsim fault list --layer esmtp --json",
                    .options =
                        {
                            {"GLOB", &options.glob, "Only ids that match, such as \"wild/*\""},
                            {"--layer", &options.layer, "Only of this layer, such as esmtp"},
                            {"--json", &options.json, "As a JSON list of objects"},
                        },
                    .run = [] { return list_failures(options.glob, options.layer, options.json); },
                },
                {
                    .name = "show",
                    .summary = "A failure as YAML for a profile",
                    .footer = "Example:\n  smtpsim fault show kb155455/rcpt/552",
                    .options = {{.name = "ID",
                                 .target = &options.what,
                                 .help = "See smtpsim fault list",
                                 .required = true}},
                    .run = [] { return show_failure(options.what); },
                },
                {
                    .name = "explain",
                    .summary = "What a reply code, an enhanced code or a failure means, and what "
                               "to do",
                    .footer = "Example:\n  smtpsim fault explain 552",
                    .options = {{.name = "CODE|ID",
                                 .target = &options.what,
                                 .help = "552, 4.2.2 or kb155455/rcpt/552",
                                 .required = true}},
                    .run = [] { return explain_failure(options.what); },
                },
            },
    };
}

} // namespace smtpsim::app
