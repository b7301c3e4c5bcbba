#include "profiles/load/load.hpp"

#include "profiles/build/build.hpp"
#include "profiles/build/catalogue.hpp"
#include "profiles/load/document.hpp"
#include "profiles/load/extends.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace smtpsim::profiles {
using namespace yaml;
namespace {

constexpr std::size_t problems_max = 100; // chosen: more than anybody reads

/// By file in the order of reading, then by place; each once, though an alias may repeat it.
Problems in_order(Problems problems, const std::vector<std::string>& files) {
    const auto key = [&](const Problem& problem) {
        const auto rank = std::ranges::find(files, problem.place.file) - files.begin();
        return std::tuple(problem.place.file.empty() ? -1 : rank, problem.place.line,
                          problem.place.column);
    };
    std::ranges::stable_sort(problems, {}, key);
    const auto same = [](const Problem& a, const Problem& b) { return a.text() == b.text(); };
    problems.erase(std::unique(problems.begin(), problems.end(), same), problems.end());
    if (problems.size() <= problems_max) return problems;
    const std::size_t more = problems.size() - problems_max;
    problems.resize(problems_max);
    problems.push_back({problems.back().place, "and " + std::to_string(more) + " more problems"});
    return problems;
}

std::string base_name(std::string_view path) {
    path = path.substr(path.rfind('/') + 1); // npos + 1 is 0
    for (const std::string_view ending : {".yaml", ".yml"})
        if (path.ends_with(ending) && path.size() > ending.size())
            path.remove_suffix(ending.size());
    return std::string(path);
}

void add_fault_file(const std::string& path, Documents& documents, Profile& profile,
                    Problems& problems) {
    const NodePtr root = documents.fault_file(path);
    if (!root) return;
    std::vector<faults::Fault>& out = profile.faults;
    const std::size_t before = out.size();
    build_faults(root->find("faults"), base_name(path), out, problems, profile.warnings);
    const bool alone = out.size() == before + 1;
    if (alone && out.back().name == base_name(path) + " 1") out.back().name = base_name(path);
}

/// A catalogued failure's id, or a file. An id has no ending, a file that has none is written
/// ./file.
void add_fault(const std::string& id_or_path, Documents& documents, Profile& profile,
               Problems& problems) {
    const std::string& path = id_or_path;
    if (const CatalogueEntry* const entry = catalogue_entry(id_or_path)) {
        std::ranges::move(entry_faults(*entry), std::back_inserter(profile.faults));
        return;
    }
    const bool file = path == "-" || path.starts_with('.') || path.starts_with('/') ||
                      path.ends_with(".yaml") || path.ends_with(".yml");
    if (!file && catalogue_family(id_or_path)) {
        problems.push_back({{}, unknown_entry(id_or_path)});
        return;
    }
    add_fault_file(path, documents, profile, problems);
}

Loaded<Profile> finish(const NodePtr& root, Profile profile, const Documents& documents,
                       Problems problems) {
    check_shadows(profile.faults, problems);
    if (root) build_profile(*root, profile, problems);
    if (!problems.empty()) return in_order(std::move(problems), documents.files());
    return profile;
}

} // namespace

Loaded<Profile> load(const std::string& name_or_path, std::span<const std::string> faults,
                     const ReadFile& read) {
    Problems problems;
    Documents documents{read, problems};
    const NodePtr root = documents.named(name_or_path);
    Profile profile;
    for (const std::string& fault : faults) add_fault(fault, documents, profile, problems);
    return finish(root, std::move(profile), documents, std::move(problems));
}

Loaded<Profile> load_with(const std::string& name_or_path, const std::string& beside,
                          std::initializer_list<OwnKey> more, const NodePtr& faults,
                          const ReadFile& read) {
    Problems problems;
    Documents documents{read, problems};
    const bool path = is_path(name_or_path);
    NodePtr root = documents.named(path ? path_beside(beside, name_or_path) : name_or_path);
    for (const OwnKey& each : more) {
        if (!root || !each.value) continue;
        auto own = std::make_shared<Node>();
        own->kind = NodeKind::map;
        own->entries.push_back({std::string(each.key), each.value->place, each.value});
        root = merge_profiles(with_banner_in_replies(own, problems), root);
    }
    Profile profile;
    build_faults(faults.get(), "fault", profile.faults, problems, profile.warnings);
    return finish(root, std::move(profile), documents, std::move(problems));
}

Loaded<Profile> load_fault_file(const std::string& path, const ReadFile& read) {
    Problems problems;
    Documents documents{read, problems};
    Profile profile;
    add_fault_file(path, documents, profile, problems);
    return finish(nullptr, std::move(profile), documents, std::move(problems));
}

bool is_fault_file(std::string_view text) {
    Problems unheard;
    const NodePtr root = parse_tree(text, {}, unheard);
    const auto has = [&](std::string_view key) { return root->find(key) != nullptr; };
    return root && root->kind == NodeKind::map && has("faults") && !has("profile") &&
           !has("extends") && !has("server");
}

Loaded<Profile> load_text(std::string_view text, const std::string& file, const ReadFile& read) {
    Problems problems;
    Documents documents{read, problems};
    const NodePtr root = documents.from_text(text, file);
    return finish(root, Profile{}, documents, std::move(problems));
}

} // namespace smtpsim::profiles
