// Ticks as the dates that servers and logs print. English names, no locale, no time zone database.
#pragma once

#include "core/clock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace smtpsim {

using ZoneOffset = std::chrono::minutes; // east of UTC is positive

/// Appends "Thu, 1 Aug 1996 15:24:22 -0700" (RFC 5322 §3.3; the day is not padded).
void append_mail_date(Tick at, ZoneOffset zone, std::string& out);

/// Appends "19960801222422078": UTC, down to the millisecond.
void append_stamp(Tick at, std::string& out);

/// Appends "1996-08-01T22:24:22.078000Z" (RFC 3339 §5.6), always with six decimals.
void append_iso_date(Tick at, std::string& out);

/// Appends "Thu Aug 01 17:22:27", the start line of an Smtp.log (KB155455; the day is padded).
void append_log_start(Tick at, ZoneOffset zone, std::string& out);

/// Appends "08/01/1996 17:22:27".
void append_slash_date(Tick at, ZoneOffset zone, std::string& out);

/// Appends "17:22:28".
void append_clock_time(Tick at, ZoneOffset zone, std::string& out);

/// Reads "1996-08-01T22:24:22.078Z" or "...-07:00" (RFC 3339 §5.6).
std::optional<Tick> parse_iso_date(std::string_view text);

/// Reads "+0130" or "-0700" (RFC 5322 §3.3).
std::optional<ZoneOffset> parse_zone(std::string_view text);

} // namespace smtpsim
