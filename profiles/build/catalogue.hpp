// The catalogue of documented failures: each with its id, sources, faults and what a correct client
// does about it. Read from faults/catalogue, which is in the binary.
#pragma once

#include "core/clock.hpp"
#include "core/yaml/tree.hpp"
#include "faults/fault.hpp"
#include "profiles/model/dialup.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::profiles {

/// What a correct client does. Names of outcomes, findings and behaviour as in docs/catalogue.md.
struct Expectation {
    std::vector<std::string> outcomes; // any of these is right
    std::vector<std::string> must, must_not;
    std::optional<Duration> within;
};

struct CatalogueEntry {
    std::string id; // "kb155455/rcpt/552"; never changes
    std::string title, layer, note;
    std::vector<std::string> sources;
    std::string profile;             // the built-in that it makes sense with
    std::vector<std::string> client; // commands that a plain delivery has not
    Expectation expect;
    std::vector<std::string> log;  // lines of the client's Smtp.log, in order
    Answer call = Answer::smtp;    // of a modem's line: who answers
    std::vector<std::string> sees; // of a modem's line: what programs then show
    yaml::NodePtr faults;          // the list

    /// Only a client that dials can meet it.
    bool of_a_modem() const { return layer == "modem" || layer == "line" || layer == "ppp"; }
};

/// A documented failure that no server and no line can commit.
struct NotApplicable {
    std::string what, why;
};

struct CatalogueFamily {
    std::string name, summary;
    std::vector<CatalogueEntry> entries;
    std::vector<NotApplicable> not_applicable;
};

struct CatalogueFile {
    std::string_view name; // "wild-reply": the family is the part before the hyphen
    std::string_view text; // YAML
};
/// Sorted by name; embedded in the binary.
std::span<const CatalogueFile> catalogue_files();

/// One file's entries; nullopt, and why in `problems`, where it is wrong.
std::optional<CatalogueFamily> read_family(std::string_view text, const std::string& file,
                                           Problems& problems);

/// Every entry, in the order of the files.
std::span<const CatalogueEntry> catalogue();
/// Reads only the files of the id's family. nullptr: there is none.
const CatalogueEntry* catalogue_entry(std::string_view id);
/// There are entries of the family that this id or path begins with.
bool catalogue_family(std::string_view id);
/// "no catalogued failure called ..., did you mean ..."
std::string unknown_entry(std::string_view id);

/// The faults, which all know the entry's id. Reports no mistakes: read_family() has.
std::vector<faults::Fault> entry_faults(const CatalogueEntry& entry);

/// The faults as YAML items that can be pasted below a profile's `faults:`.
std::string entry_yaml(const CatalogueEntry& entry);

} // namespace smtpsim::profiles
