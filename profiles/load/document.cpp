#include "profiles/load/document.hpp"

#include "core/text.hpp"
#include "profiles/built_in/built_in.hpp"
#include "profiles/language/language.hpp"
#include "profiles/load/extends.hpp"

#include <algorithm>
#include <filesystem> // for the arithmetic of paths only: files are opened by ReadFile

namespace smtpsim::profiles {
using namespace yaml;
namespace {

constexpr std::string_view built_in_folder = "built-in/";
constexpr std::size_t extends_max = 16; // chosen, not measured

const BuiltIn* built_in(std::string_view name) {
    const auto all = built_in_profiles();
    const auto at = std::ranges::find(all, name, &BuiltIn::name);
    return at == all.end() ? nullptr : &*at;
}

std::string unknown_profile(std::string_view name) {
    std::vector<std::string_view> names;
    for (const BuiltIn& each : built_in_profiles()) names.push_back(each.name);
    const std::string meant = did_you_mean(name, names);
    return "no profile called " + in_quotes(name) +
           (meant.empty() ? "; smtpsim profile list shows all" : meant);
}

} // namespace

bool is_path(std::string_view name_or_path) {
    return name_or_path == "-" || name_or_path.find('/') != std::string_view::npos ||
           name_or_path.ends_with(".yaml") || name_or_path.ends_with(".yml");
}

bool is_built_in(const Place& place) { return place.file.starts_with(built_in_folder); }

std::string path_beside(const std::string& file, const std::string& path) {
    return (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

bool Documents::read(const std::string& path, const Place& place, Source& found) {
    const auto text = read_(path);
    if (!text) {
        problems_.push_back({place, text.error().what});
        return false;
    }
    found = {path, *text, false};
    return true;
}

bool Documents::find(const std::string& name, const Source* from, const Place& place,
                     Source& found) {
    const bool inside = from != nullptr && !from->built_in;
    const std::string path = inside ? path_beside(from->file, name) : name;
    if (is_path(name) && !(from != nullptr && name == "-")) return read(path, place, found);
    if (const BuiltIn* const known = built_in(name)) {
        found = {std::string(built_in_folder) + name + ".yaml", std::string(known->text), true};
        return true;
    }
    if (const auto text = name == "-" ? Result<std::string>(Failure{}) : read_(path)) {
        found = {path, *text, false};
        return true;
    }
    problems_.push_back({place, unknown_profile(name)});
    return false;
}

NodePtr Documents::named(const std::string& name_or_path) {
    Source source;
    if (!find(name_or_path, nullptr, {}, source)) return nullptr;
    return profile(source);
}

NodePtr Documents::from_text(std::string_view text, const std::string& file) {
    return profile({file, std::string(text), false});
}

NodePtr Documents::profile(const Source& source) {
    files_.push_back(source.file);
    NodePtr root = parse_tree(source.text, source.file, problems_);
    if (!root) return nullptr;
    check(*root, profile_shape(), problems_);
    if (root->kind != NodeKind::map) return nullptr;
    root = with_banner_in_replies(root, problems_);
    const Node* const extends = root->find("extends");
    if (extends == nullptr || extends->kind != NodeKind::text || extends->text.empty()) return root;
    chain_.push_back(source.file);
    const NodePtr base = inherited(*extends, source);
    chain_.pop_back();
    return base ? merge_profiles(root, base) : root;
}

NodePtr Documents::inherited(const Node& extends, const Source& from) {
    Source source;
    if (!find(extends.text, &from, extends.place, source)) return nullptr;
    const auto normal = [](const std::string& file) {
        return std::filesystem::path(file).lexically_normal();
    };
    const auto again = std::ranges::find(chain_, normal(source.file), normal);
    if (again != chain_.end()) {
        std::string path;
        for (auto at = again; at != chain_.end(); ++at) path += visible(*at) + " -> ";
        problems_.push_back({extends.place, "extends itself: " + path + visible(source.file)});
        return nullptr;
    }
    if (chain_.size() >= extends_max) {
        problems_.push_back({extends.place, "more than " + std::to_string(extends_max) +
                                                " profiles extend each other"});
        return nullptr;
    }
    return profile(source);
}

NodePtr Documents::fault_file(const std::string& path) {
    Source source;
    if (!read(path, {}, source)) return nullptr;
    files_.push_back(source.file);
    NodePtr root = parse_tree(source.text, source.file, problems_);
    if (root) check(*root, fault_file_shape(), problems_);
    return root;
}

} // namespace smtpsim::profiles
