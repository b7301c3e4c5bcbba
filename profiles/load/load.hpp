// From a name or a file to a Profile, or to everything that is wrong with it, all at once.
#pragma once

#include "core/problem.hpp"
#include "core/yaml/shape.hpp"
#include "core/yaml/tree.hpp"
#include "profiles/model/profile.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace smtpsim::profiles {

template <class T> using Loaded = boost::system::result<T, Problems>;

/// Reads a file's text; `what` of the failure says why it cannot. Injected: this folder opens no
/// files.
using ReadFile = std::function<Result<std::string>(const std::string& path)>;

/// `name_or_path`: a built-in's name, else a path ("-" is left to `read`). `faults`: ids of
/// catalogued failures, or paths of files that hold `faults:` lists; asked before the profile's
/// own. Errors: every problem with its place and, where a name was mistyped, a suggestion.
Loaded<Profile> load(const std::string& name_or_path, std::span<const std::string> faults,
                     const ReadFile& read);

/// A file of faults alone, without a server: what `load` takes in `faults`.
Loaded<Profile> load_fault_file(const std::string& path, const ReadFile& read);
/// `text`: YAML. True: a map with `faults:`, and without `profile:`, `extends:` and `server:`.
bool is_fault_file(std::string_view text);

/// A key of a profile and its value, which was checked by its shape and may be null.
struct OwnKey {
    std::string_view key;
    yaml::NodePtr value;
};
/// A profile with more of its own, as a scenario has it. `faults`, checked too, are asked first and
/// may be null. `beside`: the file whose folder paths go by.
Loaded<Profile> load_with(const std::string& name_or_path, const std::string& beside,
                          std::initializer_list<OwnKey> more, const yaml::NodePtr& faults,
                          const ReadFile& read);

/// A profile from text; `file` is what messages call it.
Loaded<Profile> load_text(std::string_view text, const std::string& file, const ReadFile& read);

} // namespace smtpsim::profiles
