// Profiles as trees: found by name or path, checked against the language, extended.
#pragma once

#include "core/yaml/tree.hpp"
#include "profiles/load/load.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::profiles {

class Documents {
public:
    Documents(const ReadFile& read, Problems& problems) : read_(read), problems_(problems) {}

    /// The profile with all that it extends. nullptr: there is none, and a problem says why. What
    /// comes back may still have wrong parts, which are reported; builders pass over them.
    yaml::NodePtr named(const std::string& name_or_path);
    /// The same of a profile's text. `file`: its name in problems, and what paths in it go by.
    yaml::NodePtr from_text(std::string_view text, const std::string& file);
    /// A file with `faults:` alone. nullptr: it cannot be read or is no YAML, and a problem says
    /// why. What comes back may still have wrong parts, as above.
    yaml::NodePtr fault_file(const std::string& path);

    /// Every file that was read so far, built-in profiles and texts too, in the order of reading;
    /// one that was read twice is there twice.
    const std::vector<std::string>& files() const { return files_; }

private:
    struct Source {
        std::string file, text;
        bool built_in;
    };

    bool find(const std::string& name, const Source* from, const Place& place, Source& found);
    bool read(const std::string& path, const Place& place, Source& found);
    yaml::NodePtr profile(const Source& source);
    yaml::NodePtr inherited(const yaml::Node& extends, const Source& from);

    const ReadFile& read_;
    Problems& problems_;
    std::vector<std::string> files_;
    std::vector<std::string> chain_; // the files that are being extended now, outermost first
};

/// "server.yaml", "./server": a path. "esmtp": a name.
bool is_path(std::string_view name_or_path);
/// In a profile that comes with the program.
bool is_built_in(const Place& place);
/// `path` as it is meant in `file`.
std::string path_beside(const std::string& file, const std::string& path);

} // namespace smtpsim::profiles
