pytest_plugins = ["smtpsim_fixture"]
