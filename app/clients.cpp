#include "app/clients.hpp"

#include "app/cli.hpp"
#include "app/client_files.hpp"
#include "audit/scenario/placeholders.hpp"
#include "core/text.hpp"
#include "core/units.hpp"

#include <filesystem>

namespace smtpsim::app {
namespace {

constexpr std::string_view yaml = ".yaml";

bool is_path(const std::string& name) {
    return name.ends_with(".yaml") || name.ends_with(".yml") || name.find('/') != std::string::npos;
}

scenario::ClientAdapter load(const std::string& path, const profiles::ReadFile& read) {
    auto adapter = scenario::load_adapter(path, read);
    if (adapter) return *std::move(adapter);
    std::string message;
    for (const Problem& problem : adapter.error())
        message += (message.empty() ? "" : "\n") + printable(problem.text());
    throw Stop{Exit::bad_input, message};
}

} // namespace

scenario::ClientAdapter load_client(const std::string& name) {
    if (is_path(name)) return load(name, read_file);
    std::vector<std::string_view> names;
    for (const ClientFile& file : client_files()) {
        if (!file.name.ends_with(yaml)) continue;
        names.push_back(file.name.substr(0, file.name.size() - yaml.size()));
        if (names.back() != name) continue;
        scenario::ClientAdapter out = load(std::string(file.name), [&](const std::string&) {
            return Result<std::string>(boost::system::in_place_value, file.text);
        });
        for (const ClientFile& script : client_files())
            if (file.text.find("{adapter}/" + std::string(script.name)) != std::string_view::npos)
                out.scripts.emplace_back(script.name, script.text);
        return out;
    }
    stop(Exit::bad_input, "no client called \"" + visible(name) + '"' + did_you_mean(name, names) +
                              "; a file is written ./client.yaml");
}

scenario::ClientAdapter command_client(const std::vector<std::string>& command) {
    for (const std::string& word : command)
        if (const auto what = scenario::unknown_placeholder(word)) stop(Exit::bad_input, *what);
    scenario::ClientAdapter out = scenario::adapter_of(command);
    out.runs_in = std::filesystem::current_path().string(); // where its words are meant
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

run::Shard shard_option(const std::string& text) {
    if (text.empty()) return {};
    const auto slash = text.find('/');
    const auto number = parse_count(text.substr(0, slash));
    const auto of = slash == std::string::npos ? std::nullopt : parse_count(text.substr(slash + 1));
    if (!number || !of || *number == 0 || *number > *of)
        stop(Exit::bad_input, "--shard: expected i/n with i from 1 to n, not " + visible(text));
    return {static_cast<std::size_t>(*number), static_cast<std::size_t>(*of)};
}

} // namespace smtpsim::app
