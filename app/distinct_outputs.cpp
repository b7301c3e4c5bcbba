#include "app/distinct_outputs.hpp"

#include "app/cli.hpp"
#include "sim/net/output_file.hpp"

#include <filesystem>
#include <map>

namespace smtpsim::app {
namespace {

/// The same for every path of a file, whether it is there or not.
std::string identity(const std::string& path) {
    if (const auto descriptor = net::named_descriptor(path))
        return "descriptor " + std::to_string(*descriptor);
    std::error_code error;
    const auto canonical =
        std::filesystem::weakly_canonical(std::filesystem::absolute(path), error);
    return error ? path : canonical.string();
}

} // namespace

void check_distinct(const std::vector<Output>& outputs) {
    std::map<std::string, const Output*> known;
    for (const Output& output : outputs) {
        if (output.path.empty()) continue;
        const std::string file = identity(output.path);
        if (file == "/dev/null") continue; // where nothing is overwritten
        const auto [other, is_new] = known.try_emplace(file, &output);
        if (!is_new)
            stop(Exit::bad_input, other->second->option + " and " + output.option +
                                      " are the same output: " + output.path);
    }
}

} // namespace smtpsim::app
