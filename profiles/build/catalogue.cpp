#include "profiles/build/catalogue.hpp"

#include "core/text.hpp"
#include "core/units.hpp"
#include "profiles/build/build.hpp"
#include "profiles/language/language.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <mutex>

namespace smtpsim::profiles {
using namespace yaml;
namespace {

std::string text(const Node& map, std::string_view key, std::string_view otherwise = "") {
    const Node* const node = map.find(key);
    return std::string(node == nullptr ? otherwise : node->text);
}

NodePtr fault_list(const Node& entry) {
    if (const Entry* const several = entry.entry("faults")) return several->value;
    auto list = std::make_shared<Node>();
    list->kind = NodeKind::list;
    list->place = entry.place;
    if (const Entry* const one = entry.entry("fault")) list->items.push_back(one->value);
    return list;
}

CatalogueEntry read_entry(const Node& node) {
    CatalogueEntry entry;
    entry.id = text(node, "id");
    entry.title = text(node, "title");
    entry.layer = text(node, "layer");
    entry.note = text(node, "note");
    entry.sources = texts(node.find("sources"));
    entry.profile = text(node, "profile", "esmtp");
    entry.client = texts(node.find("client"));
    entry.log = texts(node.find("log"));
    entry.sees = texts(node.find("sees"));
    const auto* const answer =
        std::ranges::find(answer_table, text(node, "call", "smtp"), &AnswerRow::name);
    if (answer != answer_table.end()) entry.call = answer->answer;
    if (const Node* const expect = node.find("expect")) {
        entry.expect.outcomes = texts(expect->find("outcome"));
        entry.expect.must = texts(expect->find("must"));
        entry.expect.must_not = texts(expect->find("must-not"));
        entry.expect.within = parse_duration(text(*expect, "within"));
    }
    entry.faults = fault_list(node);
    return entry;
}

void check_entry(const Node& node, const CatalogueEntry& entry, const std::string& family,
                 Problems& problems) {
    if (!entry.id.starts_with(family + '/'))
        problems.push_back({node.place, "the id of this family begins with " + family + '/'});
    if ((node.find("fault") == nullptr) == (node.find("faults") == nullptr))
        problems.push_back({node.place, "expected fault, or faults for several"});
    build_entry_faults(*entry.faults, entry.id, problems);
}

std::string_view family_of(std::string_view name, char end) {
    return name.substr(0, name.find(end));
}

/// Files are read once each, when first asked for.
class Library {
public:
    std::span<const CatalogueEntry> all() {
        std::call_once(all_once_, [&] {
            for (std::size_t i = 0; i < catalogue_files().size(); ++i)
                std::ranges::copy(file(i).entries, std::back_inserter(all_));
        });
        return all_;
    }

    const CatalogueEntry* entry(std::string_view id) {
        for (std::size_t i = 0; i < catalogue_files().size(); ++i) {
            if (family_of(catalogue_files()[i].name, '-') != family_of(id, '/')) continue;
            const auto& entries = file(i).entries;
            const auto found = std::ranges::find(entries, id, &CatalogueEntry::id);
            if (found != entries.end()) return &*found;
        }
        return nullptr;
    }

private:
    const CatalogueFamily& file(std::size_t index) {
        const std::lock_guard lock{mutex_};
        if (families_.empty()) families_.resize(catalogue_files().size());
        auto& family = families_[index];
        if (!family) {
            Problems problems;
            const CatalogueFile& source = catalogue_files()[index];
            family = read_family(source.text, std::string(source.name) + ".yaml", problems);
            if (!family) family.emplace(); // a test reads every file
        }
        return *family;
    }

    std::mutex mutex_;
    std::vector<std::optional<CatalogueFamily>> families_;
    std::once_flag all_once_;
    std::vector<CatalogueEntry> all_;
};

Library& library() {
    static Library only;
    return only;
}

// YAML in flow style: short, and what was checked is what is printed.

bool is_plain(std::string_view text) {
    constexpr std::array<std::string_view, 6> words{"null", "true", "false",
                                                    "Null", "True", "False"};
    if (text.empty() || std::ranges::find(words, text) != words.end()) return false;
    if (!is_alpha(text.front()) && !is_digit(text.front())) return false;
    const bool number = text.find_first_not_of("0123456789.eE+-xo") == std::string_view::npos;
    const bool safe = std::ranges::all_of(text, [](char c) {
        return is_alpha(c) || is_digit(c) ||
               std::string_view(" ._/@-=<>!()").find(c) != std::string_view::npos;
    });
    return safe && !number && text.back() != ' ';
}

std::string scalar(const Node& node) {
    if (node.kind != NodeKind::text || is_plain(node.text)) return node.text;
    std::string out;
    if (std::ranges::any_of(node.text, is_control)) {
        out = '"';
        for (const char c : node.text)
            out += c == '\t' ? "\\t" : c == '"' ? "\\\"" : c == '\\' ? "\\\\" : std::string(1, c);
        return out + '"';
    }
    out = '\'';
    for (const char c : node.text) out += c == '\'' ? std::string("''") : std::string(1, c);
    return out + '\'';
}

std::string flow(const Node& node) {
    std::string out;
    const auto next = [&] { return out.size() > 1 ? ", " : ""; };
    if (node.kind == NodeKind::list) {
        out = "[";
        for (const NodePtr& item : node.items) out += next() + flow(*item);
        return out + ']';
    }
    if (node.kind == NodeKind::map) {
        out = "{";
        for (const Entry& entry : node.entries)
            out += next() + entry.key + ": " + flow(*entry.value);
        return out + '}';
    }
    return scalar(node);
}

} // namespace

std::optional<CatalogueFamily> read_family(std::string_view text_of_file, const std::string& file,
                                           Problems& problems) {
    const std::size_t before = problems.size();
    const NodePtr root = parse_tree(text_of_file, file, problems);
    if (root) check(*root, catalogue_shape(), problems);
    if (!root || problems.size() > before) return std::nullopt;
    CatalogueFamily family{text(*root, "catalogue"), text(*root, "summary"), {}, {}};
    if (const Node* const others = root->find("not-applicable"))
        for (const NodePtr& other : others->items)
            family.not_applicable.push_back({text(*other, "what"), text(*other, "why")});
    for (const NodePtr& node : root->find("entries")->items) {
        CatalogueEntry entry = read_entry(*node);
        check_entry(*node, entry, family.name, problems);
        family.entries.push_back(std::move(entry));
    }
    if (problems.size() > before) return std::nullopt;
    return family;
}

std::span<const CatalogueEntry> catalogue() { return library().all(); }

const CatalogueEntry* catalogue_entry(std::string_view id) { return library().entry(id); }

bool catalogue_family(std::string_view id) {
    return id.find('/') != std::string_view::npos &&
           std::ranges::any_of(catalogue_files(), [&](const CatalogueFile& file) {
               return family_of(file.name, '-') == family_of(id, '/');
           });
}

std::string unknown_entry(std::string_view id) {
    std::vector<std::string_view> ids;
    for (const CatalogueEntry& entry : catalogue()) ids.push_back(entry.id);
    return "no catalogued failure called " + in_quotes(id) + did_you_mean(id, ids) +
           "; smtpsim fault list shows all";
}

std::vector<faults::Fault> entry_faults(const CatalogueEntry& entry) {
    Problems ignored; // the file is checked by a test
    return build_entry_faults(*entry.faults, entry.id, ignored);
}

std::string entry_yaml(const CatalogueEntry& entry) {
    std::string out;
    for (const NodePtr& fault : entry.faults->items) {
        bool first = true;
        for (const Entry& key : fault->entries) {
            out += first ? "  - " : "    ";
            first = false;
            out += key.key + ": ";
            if (key.key == "do" && key.value->items.size() > 1) {
                out += '\n';
                for (const NodePtr& effect : key.value->items) {
                    const bool map = effect->kind == NodeKind::map;
                    std::string one = flow(*effect);
                    if (map) one = one.substr(1, one.size() - 2);
                    out += "      - " + one + '\n';
                }
            } else {
                out += flow(*key.value) + '\n';
            }
        }
    }
    return out;
}

} // namespace smtpsim::profiles
