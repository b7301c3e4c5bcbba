#include "smtp/announced_extensions.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::smtp;

TEST_CASE("a reply to EHLO announces what its lines after the first name", "[announced]") {
    const Announced announced =
        announced_in("250-SIZE mail.test\r\n250-PIPELINING\r\n250-starttls\r\n250-X-OWN 1\r\n"
                     "250 AUTH=PLAIN X-OWN login\r\n");
    CHECK_FALSE(announced.extensions.has(Extension::size)); // the first names the server
    CHECK(announced.extensions.has(Extension::pipelining));
    CHECK(announced.extensions.has(Extension::starttls));
    CHECK(announced.extensions.has(Extension::auth));
    CHECK(announced.mechanisms.count() == 2);
    CHECK(announced.mechanisms.test(static_cast<std::size_t>(sasl::Mechanism::login)));
    CHECK(announced.lists("auth", "X-Own")); // also what the engine does not have
    CHECK_FALSE(announced.lists("X-OWN", "PLAIN"));
    CHECK(announced.brings_foreign_command("x-own"));
    CHECK(announced.brings_foreign_parameter("X-OWN"));
    CHECK_FALSE(announced.brings_foreign_command("PIPELINING"));
    CHECK_FALSE(announced_in("250 PIPELINING\r\n").extensions.has(Extension::pipelining));
    CHECK_FALSE(announced_in("").extensions.has(Extension::pipelining));
}

TEST_CASE("a line is announced as TLS allows", "[announced]") {
    CHECK(as_announced("SIZE 10240000", false, false) == "SIZE 10240000");
    CHECK(as_announced("STARTTLS", false, false) == "STARTTLS");
    CHECK(as_announced("STARTTLS", true, false).empty());    // RFC 3207 §4.2
    CHECK(as_announced("REQUIRETLS", false, false).empty()); // RFC 8689 §2
    CHECK(as_announced("REQUIRETLS", true, false) == "REQUIRETLS");
    CHECK(as_announced("AUTH PLAIN EXTERNAL", false, false) == "AUTH PLAIN");
    CHECK(as_announced("AUTH EXTERNAL", false, false).empty());
    CHECK(as_announced("AUTH PLAIN EXTERNAL", true, true) == "AUTH PLAIN EXTERNAL");
    CHECK(as_announced("AUTH PLAIN", false, true).empty());
}
