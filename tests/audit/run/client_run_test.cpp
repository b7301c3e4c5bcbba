#include "audit/run/client_run.hpp"

#include "audit/run/own_program.hpp"
#include "tests/audit/run/bash_client.hpp"
#include "tests/catch.hpp"
#include "tests/profile.hpp"

#include <filesystem>

using namespace smtpsim;
using namespace smtpsim::run;
using scenario::ClientAdapter;
using scenario::Secure;

namespace {

const std::atomic<bool> never = false;

ClientAdapter shell(const std::string& script) {
    ClientAdapter out;
    out.command = {"/bin/sh", "-c", script};
    return out;
}

struct Site { // for an errand
    Authorities authorities;
    std::unique_ptr<TestServer> test_server;
    TempDir folder;

    Site() : folder(made()) {
        auto opened = TestServer::open(built_in("esmtp"), 7, authorities, {});
        if (!opened) FAIL(opened.error().what);
        test_server = *std::move(opened);
    }
    static TempDir made() {
        auto out = TempDir::make();
        if (!out) FAIL(out.error().what);
        return *std::move(out);
    }
    ClientResult send(const ClientRun& client_run) const {
        auto out = run::send(client_run, *test_server, folder, never);
        if (!out) FAIL(out.error().what);
        return *std::move(out);
    }
    std::string output(const ClientAdapter& adapter, Secure secure = Secure::plain,
                       bool login = false) const {
        return send({adapter, secure, login, scenario::usual_mail(), 1, {}}).output;
    }
    std::string port() const { return std::to_string(test_server->ports().plain); }
    std::string tls_port() const { return std::to_string(test_server->ports().tls); }
};

} // namespace

TEST_CASE("the placeholders of a command are where its errand goes", "[client-run]") {
    const Site site;
    ClientAdapter adapter;
    adapter.folder = "/clients";
    adapter.command = {"/bin/echo", "{host}",      "{port}", "{tls-port}",
                       "{sender}",  "{recipient}", "{dir}",  "{number}",
                       "{adapter}", "{user}",      "{other}"};
    const scenario::Mail mail{"a@a.test", "b@b.test", "x\n"};
    CHECK(site.send({adapter, Secure::plain, false, mail, 3, {{"other", "o"}}}).output ==
          "localhost " + site.port() + ' ' + site.tls_port() + " a@a.test b@b.test " +
              site.folder.path() + " 3 /clients jdoe o\n");
    adapter.command = {"/bin/echo", "{port}"};
    CHECK(site.output(adapter, Secure::starttls) == site.port() + '\n');
    CHECK(site.output(adapter, Secure::implicit) == site.tls_port() + '\n');
    adapter.command = {"/bin/echo", "{smtpsim}"};
    CHECK(site.output(adapter) == own_program() + '\n');
}

TEST_CASE("scripts that come with the program lie in the adapter's folder, as they are",
          "[client-run]") {
    const Site site;
    ClientAdapter adapter;
    adapter.command = {"/bin/sh", "{adapter}/say.sh"};
    adapter.scripts = {{"say.sh", "echo '{port}'"}};
    CHECK(site.output(adapter) == "{port}\n");
}

TEST_CASE("the message lies in files, with LF and with CRLF", "[client-run]") {
    const Site site;
    ClientAdapter adapter;
    const scenario::Mail mail{"a@a.test", "b@b.test", "Subject: x\n\ny\n"};
    adapter.command = {"/bin/cat", "{message}", "{message-crlf}", "-"};
    adapter.input = "{content-crlf}";
    CHECK(site.send({adapter, Secure::plain, false, mail, 1, {}}).output ==
          mail.content + "Subject: x\r\n\r\ny\r\n" + "Subject: x\r\n\r\ny\r\n");
}

TEST_CASE("files are written and filled before the client starts", "[client-run]") {
    const Site site;
    ClientAdapter adapter = shell("cat conf/rc");
    adapter.files = {{"conf/rc", "port {port}\n"}};
    CHECK(site.output(adapter) == "port " + site.port() + '\n');
}

TEST_CASE("a client's environment says where the server is, and its own comes before it",
          "[client-run]") {
    const Site site;
    ClientAdapter adapter =
        shell("echo $SMTPSIM_PORT $SMTPSIM_TLS $HOME $LC_ALL [$SMTPSIM_USER] $OWN");
    adapter.environment = {{"OWN", "at {port}"}, {"LC_ALL", "C.UTF-8"}};
    CHECK(site.output(adapter) ==
          site.port() + " plain " + site.folder.path() + " C.UTF-8 [] at " + site.port() + '\n');
    CHECK(site.output(adapter, Secure::implicit, true) ==
          site.tls_port() + " implicit " + site.folder.path() + " C.UTF-8 [jdoe] at " +
              site.tls_port() + '\n');
}

TEST_CASE("a certificate to trust is there, however the client is run", "[client-run]") {
    const Site site;
    const ClientAdapter adapter = shell("head -n 1 \"$SMTPSIM_CA\" 2>&-");
    CHECK(site.output(adapter) == "-----BEGIN CERTIFICATE-----\n");
    CHECK(site.output(adapter, Secure::starttls) == "-----BEGIN CERTIFICATE-----\n");
}

TEST_CASE("what a client said is understood by its rules", "[client-run]") {
    const Site site;
    const auto attempt = [&](const ClientAdapter& adapter) {
        return site.send({adapter, Secure::plain, false, scenario::usual_mail(), 1, {}}).attempt;
    };
    CHECK(attempt(shell("exit 75")).said.is_only("deferred"));
    CHECK(attempt(shell("exit 75")).ending == "exit code 75");
    ClientAdapter ruled = shell("echo queued");
    ruled.outcome = {{0, 0, *Pattern::parse("/queued/"), scenario::Outcomes::of({"none"})}};
    CHECK(attempt(ruled).said.is_only("none"));
    CHECK(attempt(shell("kill -SEGV $$")).crashed);
    CHECK(attempt(shell("kill -SEGV $$")).said.empty());
    CHECK(attempt(shell("sh -c 'kill -SEGV $$'; exit $?")).crashed);
    CHECK(attempt(shell("exit 139")).said.empty());
    CHECK(!attempt(shell("exit 128")).crashed);
    CHECK(!attempt(shell("exit 255")).crashed);
    ClientAdapter knows = shell("exit 139");
    knows.outcome = {{1, 255, {}, scenario::Outcomes::of({"failed"})}};
    CHECK(!attempt(knows).crashed);
    ClientAdapter slow = shell("sleep 1000");
    slow.timeout = std::chrono::milliseconds{100};
    CHECK(attempt(slow).stopped);
    CHECK(attempt(slow).said.empty());
}

TEST_CASE("a client's log is read where it says it is", "[client-run]") {
    const Site site;
    ClientAdapter adapter = shell("printf 'a\\r\\n' > own.log");
    adapter.log = "{dir}/own.log";
    CHECK(site.send({adapter, Secure::plain, false, scenario::usual_mail(), 1, {}}).log == "a\r\n");
    adapter.log = "{dir}/gone.log";
    CHECK(site.send({adapter, Secure::plain, false, scenario::usual_mail(), 1, {}}).log.empty());
}

TEST_CASE("a client that cannot be started is reported", "[client-run]") {
    const Site site;
    ClientAdapter adapter;
    adapter.command = {"smtpsim-no-such-program"};
    const auto result = run::send({adapter, Secure::plain, false, scenario::usual_mail(), 1, {}},
                                  *site.test_server, site.folder, never);
    REQUIRE(result.has_error());
    CHECK(result.error().what.starts_with("smtpsim-no-such-program: cannot start"));
}

TEST_CASE("a mail reaches the test server", "[client-run]") {
    Site site;
    const ClientAdapter adapter = bash_client();
    const ClientResult result =
        site.send({adapter, Secure::plain, false, scenario::usual_mail(), 1, {}});
    CAPTURE(result.output);
    CHECK(result.attempt.said.is_only("delivered"));
    CHECK(site.test_server->finish(std::chrono::seconds{5}).stored == 1);
}

TEST_CASE("the version is the first line with a digit", "[client-run]") {
    ClientAdapter adapter;
    CHECK(version_of(adapter, never).empty());
    adapter.version = {"/bin/sh", "-c", "echo A client; echo v1.2; echo 3"};
    CHECK(version_of(adapter, never) == "v1.2");
    adapter.version = {"/bin/sh", "-c", "printf 'only 1'"};
    CHECK(version_of(adapter, never) == "only 1");
    adapter.version = {"/bin/sh", "-c", "echo none"};
    CHECK(version_of(adapter, never).empty());
    adapter.version = {"smtpsim-no-such-program"};
    CHECK(version_of(adapter, never).empty());
}

TEST_CASE("words are written as a shell takes them", "[client-run]") {
    CHECK(shell_text({"a", "b-c", "x=1", "a@b.test"}) == "a b-c x=1 a@b.test");
    CHECK(shell_text({""}) == "''");
    CHECK(shell_text({"a b", "it's", "$HOME", "*"}) == R"('a b' 'it'\''s' '$HOME' '*')");
    const std::vector<std::string> words{"printf", "%s|", "a'b", "$x", "\n", "", "\\", "\""};
    const Site site;
    CHECK(site.output(shell(shell_text(words))) == "a'b|$x|\n||\\|\"|");
}
