#include "audit/run/client_run.hpp"

#include "audit/run/child_process.hpp"
#include "audit/run/own_program.hpp"
#include "core/text.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace smtpsim::run {
namespace {

using scenario::Values;

constexpr std::string_view input_name = "input", scripts_folder = "adapter";
constexpr std::string_view host = "localhost", user = "jdoe", password = "secret";
constexpr std::size_t version_octets_max = 120; // of a line; chosen
constexpr std::size_t log_octets_max = 1UL << 20;
constexpr int signal_told = 128; // and its number: a shell, of a command that a signal has ended

std::string with_crlf(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') out += '\r';
        out += c;
    }
    return out;
}

std::string path_variable() {
    const char* const path = std::getenv("PATH");
    return (path != nullptr ? std::string(path) : std::string("/usr/bin:/bin")) +
           ":/usr/sbin:/sbin"; // where some mail programs are
}

Values values_of(const ClientRun& client_run, const TestServer& test_server,
                 const std::string& folder) {
    Values out = client_run.others;
    const bool implicit = client_run.secure == scenario::Secure::implicit;
    const auto& ports = test_server.ports();
    out["host"] = host;
    out["port"] = std::to_string(implicit ? ports.tls : ports.plain);
    out["tls-port"] = std::to_string(ports.tls);
    out["modem"] = ports.modem;
    out["sender"] = client_run.mail.sender;
    out["recipient"] = client_run.mail.recipient;
    out["message"] = folder + "/message.eml";
    out["message-crlf"] = folder + "/message-crlf.eml";
    out["content"] = client_run.mail.content;
    out["content-crlf"] = with_crlf(client_run.mail.content);
    out["dir"] = folder;
    out["ca"] = folder + "/ca.pem";
    out["user"] = user;
    out["password"] = password;
    out["adapter"] = client_run.adapter.scripts.empty()
                         ? client_run.adapter.folder
                         : folder + '/' + std::string(scripts_folder);
    out["smtpsim"] = own_program();
    out["number"] = std::to_string(client_run.number);
    return out;
}

std::map<std::string, std::string> environment_of(const ClientRun& client_run,
                                                  const Values& values) {
    constexpr std::array<std::string_view, 3> secure{"plain", "starttls", "implicit"};
    const auto value = [&](std::string_view name) { return values.find(name)->second; };
    std::map<std::string, std::string> out = usual_environment(value("dir"));
    const std::map<std::string, std::string> own{
        {"SMTPSIM_HOST", value("host")},
        {"SMTPSIM_PORT", value("port")},
        {"SMTPSIM_SENDER", value("sender")},
        {"SMTPSIM_RECIPIENT", value("recipient")},
        {"SMTPSIM_MESSAGE", value("message")},
        {"SMTPSIM_MESSAGE_CRLF", value("message-crlf")},
        {"SMTPSIM_DIR", value("dir")},
        {"SMTPSIM_CA", value("ca")},
        {"SMTPSIM_USER", client_run.login ? value("user") : ""},
        {"SMTPSIM_PASSWORD", client_run.login ? value("password") : ""},
        {"SMTPSIM_TLS", std::string(secure.at(static_cast<std::size_t>(client_run.secure)))}};
    out.insert(own.begin(), own.end());
    for (const auto& [name, text] : client_run.adapter.environment)
        out[name] = scenario::filled(text, values);
    return out;
}

/// "client-2/" where others are at work in the same folder.
std::string prefix_of(const ClientRun& client_run) {
    return client_run.alone ? "" : "client-" + std::to_string(client_run.number) + '/';
}

Result<void> fill(const ClientRun& client_run, const TestServer& test_server, const TempDir& folder,
                  const Values& values) {
    std::vector<std::pair<std::string, std::string>> files{
        {"message.eml", client_run.mail.content},
        {"message-crlf.eml", values.find("content-crlf")->second}};
    files.emplace_back("ca.pem", test_server.ca_pem());
    if (!client_run.adapter.input.empty())
        files.emplace_back(input_name, scenario::filled(client_run.adapter.input, values));
    for (const auto& [name, text] : client_run.adapter.files)
        files.emplace_back(name, scenario::filled(text, values));
    for (const auto& [name, text] : client_run.adapter.scripts)
        files.emplace_back(std::string(scripts_folder) + '/' + name, text);
    for (const auto& [name, octets] : files)
        if (auto written = folder.write(prefix_of(client_run) + name, octets); !written)
            return written.error();
    return {};
}

std::string file_text(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    std::string out{std::istreambuf_iterator<char>(file), {}};
    if (out.size() > log_octets_max) out.resize(log_octets_max);
    return out;
}

} // namespace

std::map<std::string, std::string> usual_environment(const std::string& folder) {
    return {{"PATH", path_variable()}, {"LC_ALL", "C"}, {"HOME", folder}};
}

std::string shell_text(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        if (!out.empty()) out += ' ';
        const bool plain = !word.empty() && std::ranges::all_of(word, [](char c) {
            return is_alpha(c) || is_digit(c) ||
                   std::string_view("-_=./:@,+").find(c) != std::string_view::npos;
        });
        if (plain) {
            out += word;
            continue;
        }
        out += '\'';
        for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
        out += '\'';
    }
    return out;
}

Result<ClientResult> send(const ClientRun& client_run, const TestServer& test_server,
                          const TempDir& folder, const std::atomic<bool>& interrupt) {
    std::string own = folder.path(prefix_of(client_run));
    own.pop_back(); // the slash
    const Values values = values_of(client_run, test_server, own);
    if (auto filled = fill(client_run, test_server, folder, values); !filled) return filled.error();
    Command command;
    for (const std::string& word :
         words_of(client_run.adapter, client_run.secure, client_run.login))
        command.words.push_back(scenario::filled(word, values));
    command.environment = environment_of(client_run, values);
    command.folder = client_run.adapter.runs_in.empty()
                         ? own
                         : scenario::filled(client_run.adapter.runs_in, values);
    if (!client_run.adapter.input.empty()) command.input_file = own + '/' + std::string(input_name);
    command.timeout = client_run.adapter.timeout;
    auto ended = run_process(command, interrupt);
    if (!ended) return ended.error();

    ClientResult out;
    const bool exited = ended->how == Ended::How::exited;
    const bool shell_tells_signal = exited && client_run.adapter.outcome.empty() &&
                                    ended->code > signal_told && ended->code <= signal_told + 31;
    out.attempt.crashed = ended->how == Ended::How::signalled || shell_tells_signal;
    out.attempt.stopped = ended->how == Ended::How::stopped;
    if (exited && !shell_tells_signal)
        out.attempt.said = outcome_of(client_run.adapter.outcome, ended->code, ended->output);
    out.attempt.ending = ended->text();
    out.attempt.took = ended->took;
    out.output = std::move(ended->output);
    if (!client_run.adapter.log.empty())
        out.log = file_text(scenario::filled(client_run.adapter.log, values));
    out.command = shell_text(command.words);
    return out;
}

std::string version_of(const scenario::ClientAdapter& adapter, const std::atomic<bool>& interrupt) {
    if (adapter.version.empty()) return "";
    Command command;
    command.words = adapter.version;
    command.folder = std::filesystem::temp_directory_path().string();
    command.environment = usual_environment(command.folder);
    command.timeout = std::chrono::seconds{10};
    const auto ended = run_process(command, interrupt);
    if (!ended) return "";
    std::string_view text = ended->output;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        if (std::ranges::any_of(line, is_digit)) {
            std::string out{line.substr(0, version_octets_max)};
            std::ranges::replace(out, '\t', ' ');
            return visible(out);
        }
        text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
    return "";
}

} // namespace smtpsim::run
