// Command lines, paths and parameters: whatever comes, views stay within the line.
#include "smtp/parameter.hpp"
#include "smtp/path.hpp"
#include "smtp/verb.hpp"

#include <cstdint>
#include <cstdlib>

using namespace smtpsim::smtp;

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

bool within(std::string_view part, std::string_view whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view line{reinterpret_cast<const char*>(data), size};
    const Command command = parse_command(line);
    must(within(command.word, line) && within(command.argument, line));
    for (const std::string_view keyword : {"FROM", "TO"}) {
        const auto path = parse_path(command.argument, keyword);
        if (!path) continue;
        must(within(path->mailbox, line) && within(path->route, line));
        must(path->mailbox.size() <= 256);
        std::string_view rest = path->parameters;
        std::size_t before = rest.size() + 1;
        while (next_parameter(rest)) {
            must(rest.size() < before);
            before = rest.size();
        }
    }
    return 0;
}
