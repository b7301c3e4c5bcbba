// Reads the replies of a profile.
#pragma once

#include "core/yaml/tree.hpp"
#include "smtp/reply.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace smtpsim::smtp {

/// What is wrong with "452 4.2.2 Full", as the author should hear it; "": nothing, or nothing that
/// "expected a reply such as 250 Ok" would not say.
std::string wrong_reply(std::string_view text);
std::string wrong_line(std::string_view text);
std::string wrong_code(std::string_view text);

/// Reports only what the shape cannot tell: a class that differs from the code's first digit in
/// {code, enhanced, lines}, and a code that is there again in a later line of a list.
std::optional<ReplyText> read_reply(const yaml::Node& node, Problems& problems);

// Parts that replies of other kinds share.

bool begins_with_three_digits(std::string_view text);
/// 250 without a text is as good as "250".
std::string bare_code(const yaml::Node& node);

} // namespace smtpsim::smtp
