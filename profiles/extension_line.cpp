#include "profiles/extension_line.hpp"

#include "sim/core/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace smtpsim::profiles {
namespace {

std::string upper(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), to_upper);
    return out;
}

std::optional<std::uint64_t> number(std::string_view text) { // RFC 1870 §4: 1*20DIGIT
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

} // namespace

ExtensionLine parse_extension(std::string_view line) {
    const std::size_t end = line.find_first_of(" =");
    ExtensionLine out{upper(line.substr(0, line.find(' '))), {}, {}};
    out.extension = smtp::extension_named(line.substr(0, end));
    if (out.extension == smtp::Extension::size && end != std::string_view::npos)
        out.size = number(line.substr(end + 1));
    if (out.size == 0) out.size.reset();
    return out;
}

std::string wrong_extension(std::string_view line) {
    const std::size_t space = line.find(' ');
    const std::string keyword = upper(line.substr(0, space));
    if (keyword == "SIZE" && space != std::string_view::npos && !number(line.substr(space + 1)))
        return "expected SIZE or SIZE with a number of octets, such as SIZE 10240000";
    return "";
}

} // namespace smtpsim::profiles
