// A modem's personality as data: its commands, S-registers, texts and numeric result codes.
// S-register 7 (wait for carrier) and its range are a Row here, from personalities/*.yaml.
#pragma once

#include "serial/modem/setting_table.hpp"

#include "core/problem.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::modem {

/// A basic command or an S register.
struct Row {
    std::string name; // "E", "&K", "S7"
    std::string is;   // "flow control"
    std::optional<Setting> setting;
    std::string values; // ranges: "0,3-6"; empty: read-only
    struct Means {
        std::uint16_t value;
        std::uint32_t what; // a value of the topic
        std::string word;   // its name
    };
    std::vector<Means> means;
    std::uint8_t initial = 0; // of a register
    std::string unit;         // of a register: "s"
};

/// A command such as +MS.
struct Extended {
    std::string name, is;
    std::string values;  // ranges of each value; empty: it has only an answer
    std::string initial; // "V34,1,300,33600"; or the answer
};

struct ModemModel {
    std::string name, summary;
    std::size_t line_limit = 40;                        // characters after AT, without spaces
    bool mixed_case = false;                            // takes At and aT too
    bool buffering = true;                              // the port may be faster than the line
    std::uint32_t fastest_port = 115200, fastest = 300; // bit/s
    std::size_t number_limit = 255;                     // digits that it dials
    std::string no_dial_tone = "NO DIALTONE";
    ConnectText connect_text = ConnectText::line; // unless a command sets it
    std::string s7_says = "NO CARRIER";
    std::map<std::uint16_t, std::string> texts;   // I; lines end in LF
    std::map<std::uint16_t, std::string> factory; // &F: commands, from the initial values on
    std::vector<Row> commands;                    // in order of name
    std::vector<Row> registers;                   // in order of number
    std::vector<Extended> extended;               // in order of name
    std::map<std::string, std::uint16_t, std::less<>> codes; // "CONNECT 28800/ARQ" -> 108

    const Row* command(std::string_view name) const;
    const Row* register_row(unsigned number) const;
    const Extended* extended_command(std::string_view name) const;
};

struct ModelFile {
    std::string_view name, text; // YAML
};
/// Sorted by name; embedded in the binary.
std::span<const ModelFile> model_files();

/// Sorted by name; read once.
std::span<const ModemModel> built_in_models();
/// nullptr: there is none of that name.
const ModemModel* model_named(std::string_view name);

inline constexpr std::string_view default_model = "generic";

template <class T> using Loaded = boost::system::result<T, Problems>;

/// A personality of the user's own, which may extend a built-in one.
Loaded<ModemModel> load_model(std::string_view text, const std::string& file);

} // namespace smtpsim::modem
