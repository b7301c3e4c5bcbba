#include "sim/app/clients.hpp"

#include "sim/core/text.hpp"
#include "sim/core/units.hpp"
#include "sim/scenario/placeholders.hpp"

#include <filesystem>

namespace smtpsim::app {
namespace {

namespace fs = std::filesystem;

/// Where this program is.
fs::path program_folder() {
    std::error_code error;
    return fs::read_symlink("/proc/self/exe", error).parent_path();
}

fs::path installed_clients() {
    return program_folder().parent_path() / "share" / "smtpsim" / "clients";
}

/// From where one stands, else beside the program that was installed or built.
std::vector<fs::path> client_folders() {
    std::vector<fs::path> out{fs::path("examples") / "clients", installed_clients()};
    for (fs::path folder = program_folder(); folder.has_relative_path();
         folder = folder.parent_path())
        out.push_back(folder / "examples" / "clients");
    return out;
}

} // namespace

std::string client_file(const std::string& name) {
    std::error_code error;
    if (name.ends_with(".yaml") || name.ends_with(".yml") || name.find('/') != std::string::npos)
        return name;
    for (const fs::path& folder : client_folders())
        if (const fs::path file = folder / (name + ".yaml"); fs::exists(file, error))
            return file.string();
    return {};
}

scenario::Adapter load_client(const std::string& name) {
    const std::string file = client_file(name);
    if (file.empty()) {
        std::vector<std::string> names;
        std::error_code error;
        for (const fs::path& folder : client_folders())
            for (const auto& entry : fs::directory_iterator(folder, error))
                if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem());
        const std::vector<std::string_view> views{names.begin(), names.end()};
        stop(Exit::bad_input,
             "no client called \"" + visible(name) + '"' + did_you_mean(name, views) +
                 "; a file is written ./client.yaml, a name is looked for in examples/clients "
                 "here and above the program, and in " +
                 installed_clients().string());
    }
    auto adapter = scenario::load_adapter(file, read_file);
    if (adapter) return *std::move(adapter);
    std::string message;
    for (const Problem& problem : adapter.error())
        message += (message.empty() ? "" : "\n") + problem.text();
    throw Stop{Exit::bad_input, message};
}

scenario::Adapter command_client(const std::vector<std::string>& command) {
    for (const std::string& word : command)
        if (const auto what = scenario::unknown_placeholder(word)) stop(Exit::bad_input, *what);
    scenario::Adapter out = scenario::adapter_of(command);
    out.runs_in = fs::current_path().string(); // where its words are meant
    return out;
}

Duration duration_option(const std::string& option, const std::string& text) {
    const auto value = parse_duration(text);
    if (!value || *value == Duration{})
        stop(Exit::bad_input, option + ": expected a duration such as 30s, not " + visible(text));
    return *value;
}

Pattern pattern_option(const std::string& option, const std::string& text) {
    auto pattern = Pattern::parse(text);
    if (!pattern) stop(Exit::bad_input, option + ": " + text + ": " + pattern.error().what);
    return *std::move(pattern);
}

std::optional<std::chrono::steady_clock::time_point> budget_option(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return std::chrono::steady_clock::now() + duration_option("--budget", text);
}

runner::Shard shard_option(const std::string& text) {
    if (text.empty()) return {};
    const auto slash = text.find('/');
    const auto number = parse_count(text.substr(0, slash));
    const auto of = slash == std::string::npos ? std::nullopt : parse_count(text.substr(slash + 1));
    if (!number || !of || *number == 0 || *number > *of)
        stop(Exit::bad_input, "--shard: expected i/n with i from 1 to n, not " + visible(text));
    return {*number, *of};
}

} // namespace smtpsim::app
