"""The pictures of README are of the pages asked for, or the command says which is not."""

from bench.readme_pictures import led_elsewhere


def test_the_page_of_sign_in_is_not_taken_for_the_page_asked_for():
    asked = "/contrats/4/versions?de=1&a=2"
    assert led_elsewhere(asked, "http://127.0.0.1:8000/contrats/4/versions?de=1&a=2") == ""
    assert led_elsewhere(asked, "http://127.0.0.1:8000/connexion?suite=%2Fcontrats%2F4") == "/connexion"
