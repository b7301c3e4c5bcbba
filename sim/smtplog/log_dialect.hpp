// The products that wrote an Smtp.log, and how their lines differ.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace smtpsim::smtplog {

enum class Dialect : std::uint8_t { imn_1_0, oe_4, oe_5, oe_6 };

struct DialectRow {
    Dialect dialect;
    std::string_view name;
    std::string_view product; // the first header line
    bool ctime;               // "Thu Aug 01 17:22:27", else "08/01/1996 17:22:27"
    bool port;                // "Connecting to 'host' on port 25.", and the name beside srv_addr
    bool errors;              // "ERROR: ..." where a session fails
};

/// imn-1.0 is documented by KB155455. That the later products print the date in figures, name the
/// port and log errors is how they are remembered; none of it is documented.
inline constexpr std::array dialect_table{
    DialectRow{Dialect::imn_1_0, "imn-1.0", "Microsoft(r) Plus! for Windows(r) 95 4.70.1155", true,
               false, false},
    DialectRow{Dialect::oe_4, "oe-4", "Outlook Express 4.72.3110.5", true, false, false},
    DialectRow{Dialect::oe_5, "oe-5", "Outlook Express 5.50.4133.2400", false, true, true},
    DialectRow{Dialect::oe_6, "oe-6", "Outlook Express 6.00.2800.1106", false, true, true},
};

constexpr const DialectRow& row(Dialect dialect) {
    return dialect_table[static_cast<std::size_t>(dialect)];
}

constexpr std::optional<Dialect> dialect_named(std::string_view name) {
    for (const DialectRow& row : dialect_table)
        if (row.name == name) return row.dialect;
    return std::nullopt;
}

} // namespace smtpsim::smtplog
