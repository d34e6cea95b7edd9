// The numbers follow the chosen country at once; without this there is a button.
const country = document.querySelector("select[data-refresh]");
const button = document.getElementById(country.dataset.refresh);
country.form.classList.add("country-known");
country.addEventListener("change", () => country.form.requestSubmit(button));
