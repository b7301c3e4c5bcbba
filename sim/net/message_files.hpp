// The files of a message folder: their names, and what a killed server has left in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace smtpsim::net {

/// Twelve digits. A name with more of them is not ours.
constexpr std::uint64_t message_number_max = 999'999'999'999;

inline constexpr std::string_view envelope_ending = ".json", content_ending = ".eml",
                                  envelope_part_ending = ".json.part",
                                  content_part_ending = ".eml.part";

/// 1 and ".eml": "000001.eml".
std::string message_file(std::uint64_t number, std::string_view ending);

/// The highest number that a file of this folder has; 0: none has one.
std::uint64_t highest_message_number(int folder);

/// Removes parts, and envelopes without a content. Only where no server writes into the folder.
/// Returns how many files that were.
std::size_t remove_leftovers(int folder);

} // namespace smtpsim::net
