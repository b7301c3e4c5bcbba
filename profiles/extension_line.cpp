#include "profiles/extension_line.hpp"

#include "sim/core/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace smtpsim::profiles {
namespace {

/// To announce what is then not done would make clients fail for a reason that nobody wrote down.
constexpr std::array<std::string_view, 14> unsupported{
    "STARTTLS", "AUTH",      "CHUNKING",      "BINARYMIME",  "SMTPUTF8",
    "DSN",      "DELIVERBY", "FUTURERELEASE", "MT-PRIORITY", "REQUIRETLS",
    "BURL",     "ATRN",      "CHECKPOINT",    "VERP"};

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
    const std::size_t space = line.find(' ');
    ExtensionLine out{upper(line.substr(0, space)), {}, {}};
    const auto* const known = std::ranges::find(smtp::extension_keywords, out.keyword);
    if (known != smtp::extension_keywords.end())
        out.extension = static_cast<smtp::Extension>(known - smtp::extension_keywords.begin());
    if (out.extension == smtp::Extension::size && space != std::string_view::npos)
        out.size = number(line.substr(space + 1));
    if (out.size == 0) out.size.reset();
    return out;
}

std::string wrong_extension(std::string_view line) {
    const std::size_t space = line.find(' ');
    // AUTH=LOGIN is how servers of 1997 announced AUTH to the clients of a draft.
    const std::string keyword = upper(line.substr(0, line.find_first_of(" =")));
    if (std::ranges::find(unsupported, keyword) != unsupported.end())
        return "announcing " + keyword + " is not supported by this version";
    if (keyword == "SIZE" && space != std::string_view::npos && !number(line.substr(space + 1)))
        return "expected SIZE or SIZE with a number of octets, such as SIZE 10240000";
    return "";
}

} // namespace smtpsim::profiles
