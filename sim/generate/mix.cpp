#include "sim/generate/mix.hpp"

#include "core/pattern.hpp"
#include "core/text.hpp"
#include "core/units.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "profiles/built_in/built_in.hpp"
#include "profiles/load/load.hpp"

#include <tuple>

namespace smtpsim::smtplog {
namespace {

using namespace profiles;
using namespace yaml;

Tick date(std::string_view text) { // "1996-08-01"
    return parse_iso_date(std::string(text) + "T00:00:00Z").value_or(Tick{});
}

const Shape& weights_shape() {
    static const Shape shape = [] {
        Shape map;
        map.form = Form::map;
        map.expected = "a map of weights";
        map.key_expected = "a name";
        map.key_pattern = "^[!-~]+$";
        map.item = &count_shape();
        return compile(std::move(map));
    }();
    return shape;
}

std::string date_objection(std::string_view text) {
    const std::size_t dots = text.find("..");
    const Tick from = date(text.substr(0, dots)), to = date(text.substr(dots + 2));
    if (from == Tick{} || to == Tick{}) return "there is no such day";
    return from >= to ? "the range ends before it begins" : "";
}

std::vector<Weighted> weights(const Node& root, std::string_view key,
                              std::vector<Weighted> otherwise) {
    const Node* const map = root.find(key);
    if (map == nullptr) return otherwise;
    std::vector<Weighted> out;
    for (const yaml::Entry& entry : map->entries)
        out.push_back({entry.key, integer_value(*entry.value).value_or(0)});
    return out;
}

void check_names(const Node& root, Problems& problems) {
    const auto each = [&](std::string_view key, auto wrong) {
        const Node* const map = root.find(key);
        if (map == nullptr) return;
        for (const yaml::Entry& entry : map->entries)
            if (const std::string what = wrong(entry.key); !what.empty())
                problems.push_back({entry.place, what});
        if (map->entries.empty()) problems.push_back({map->place, "expected a weight or more"});
    };
    const auto one_of_names = [](std::string_view what,
                                 const std::vector<std::string_view>& names) {
        return [=](const std::string& name) {
            for (const std::string_view known : names)
                if (known == name) return std::string{};
            return "no " + std::string(what) + " called " + in_quotes(name) +
                   did_you_mean(name, names);
        };
    };
    std::vector<std::string_view> names;
    for (const BuiltIn& profile : built_in_profiles()) names.push_back(profile.name);
    each("profiles", one_of_names("profile", names));
    names.clear();
    for (const client::PersonaFile& persona : client::built_in_personas())
        names.push_back(persona.name);
    each("personas", one_of_names("persona", names));
    each("speeds", [](const std::string& speed) {
        return speed == "0bps" || parse_speed(speed) ? std::string{}
                                                     : "expected a speed such as 28800bps";
    });
    each("failures", [](const std::string& glob) {
        if (glob == "none") return std::string{};
        const auto entries = usual_failures(glob);
        return entries.has_error() ? entries.error().what : std::string{};
    });
}

std::pair<std::uint64_t, std::uint64_t> range(std::string_view text, auto parse,
                                              std::uint64_t least, std::uint64_t most) {
    const std::size_t dots = text.find("..");
    if (dots == std::string_view::npos) return {least, most};
    return {parse(text.substr(0, dots)).value_or(least),
            parse(text.substr(dots + 2)).value_or(most)};
}

} // namespace

const Shape& mix_shape() {
    static const Shape dates =
        text_like("two days such as 1996-08-01..1999-12-31",
                  "^[0-9]{4}-[0-9]{2}-[0-9]{2}\\.\\.[0-9]{4}-[0-9]{2}-[0-9]{2}$", date_objection);
    static const Shape counts =
        text_like("a range such as 1..3", "^[1-9][0-9]{0,3}\\.\\.[1-9][0-9]{0,3}$");
    static const Shape shape = record_of(
        "a map that begins with smtpsim: 1",
        {version_key(),
         {"mix", &text_shape(), "What it is, in a few words.", true},
         {"failures", &weights_shape(),
          "Ids or globs of the catalogue, or `none`, and how often of all weights."},
         {"profiles", &weights_shape(),
          "Built-in server profiles; an entry that names its own comes with that."},
         {"personas", &weights_shape(), "Built-in personas."},
         {"speeds", &weights_shape(), "Line speeds such as 28800bps; 0bps: a local network."},
         {"messages", &counts, "How many a log holds."},
         {"size", &size_range_shape(), "Of a message."},
         {"dates", &dates, "The logs begin between these."}});
    return shape;
}

Mix usual_mix() {
    Mix mix;
    mix.failures = {{"none", 40},    {"kb155455/*", 30},  {"tcp/*", 8},
                    {"policy/*", 8}, {"wild/reply-*", 6}, {"wild/observed-*", 8}};
    mix.profiles = {{"post-office-1996", 3}, {"esmtp", 2}, {"rfc821", 1}};
    mix.personas = {{"imn-1.0", 4},
                    {"outlook-express-4", 2},
                    {"outlook-express-5", 3},
                    {"outlook-express-6", 3}};
    mix.speeds = {{"14400bps", 1}, {"28800bps", 3}, {"33600bps", 2}, {"56000bps", 2}, {"0bps", 2}};
    mix.from = date("1996-08-01");
    mix.to = date("2003-12-31");
    return mix;
}

Result<std::vector<const CatalogueEntry*>> usual_failures(std::string_view glob) {
    const auto pattern = Pattern::parse(glob);
    if (pattern.has_error()) return pattern.error();
    std::vector<const CatalogueEntry*> out;
    std::vector<std::string_view> ids;
    for (const CatalogueEntry& entry : catalogue()) {
        if (!entry.client.empty() || entry.profile == "lmtp") continue;
        ids.push_back(entry.id);
        if (pattern->matches(entry.id)) out.push_back(&entry);
    }
    if (out.empty())
        return Failure{"no failure that a client can meet is called " + in_quotes(glob) +
                       did_you_mean(glob, ids) + "; smtpsim fault list shows all"};
    return out;
}

client::Loaded<Mix> read_mix(std::string_view text, const std::string& file) {
    Problems problems;
    const NodePtr root = parse_tree(text, file, problems);
    if (root) check(*root, mix_shape(), problems);
    if (root && problems.empty()) check_names(*root, problems);
    if (!problems.empty()) return problems;
    Mix mix = usual_mix();
    mix.failures = weights(*root, "failures", mix.failures);
    mix.profiles = weights(*root, "profiles", mix.profiles);
    mix.personas = weights(*root, "personas", mix.personas);
    mix.speeds = weights(*root, "speeds", mix.speeds);
    if (const Node* const node = root->find("messages"))
        std::tie(mix.messages_least, mix.messages_most) =
            range(node->text, parse_count, mix.messages_least, mix.messages_most);
    if (const Node* const node = root->find("size"))
        std::tie(mix.size_least, mix.size_most) =
            range(node->text, parse_size, mix.size_least, mix.size_most);
    if (const Node* const node = root->find("dates")) {
        mix.from = date(std::string_view(node->text).substr(0, 10));
        mix.to = date(std::string_view(node->text).substr(12));
    }
    const auto backwards = [&](std::string_view key, std::uint64_t least, std::uint64_t most) {
        if (most < least)
            problems.push_back({root->find(key)->place, "the range ends before it begins"});
    };
    backwards("messages", mix.messages_least, mix.messages_most);
    backwards("size", mix.size_least, mix.size_most);
    if (!problems.empty()) return problems;
    return mix;
}

} // namespace smtpsim::smtplog
