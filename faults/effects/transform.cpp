#include "faults/effects/transform.hpp"

#include <algorithm>

namespace smtpsim::faults {

std::vector<std::string> lines_of(std::string_view octets) {
    std::vector<std::string> out;
    while (!octets.empty()) {
        const std::size_t end = octets.find("\r\n");
        const std::string_view line = octets.substr(0, end);
        out.emplace_back(line.substr(std::min<std::size_t>(4, line.size())));
        if (end == std::string_view::npos) break;
        octets.remove_prefix(end + 2);
    }
    return out;
}

std::string reply_of(std::string_view code, const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines)
        out += std::string(code) + (&line == &lines.back() ? ' ' : '-') + line + "\r\n";
    return out;
}

std::string_view keyword_of(std::string_view line) {
    return line.substr(0, line.find_first_of(" ="));
}

} // namespace smtpsim::faults
