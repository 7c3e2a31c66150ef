import { expect, test } from "vitest";
import { HEADER_WORDS, LANGUAGES, MEANINGS } from "../../src/suggestion/header-words.js";
import { foldHeader, isAboutSomebodyElse, readHeader } from "../../src/suggestion/read-header.js";

const meaningOf = (header: string) => readHeader(header)[0]?.meaning;

test.each([
  [
    "email",
    "Email, E-Mail-Adresse, EMAIL_ADDRESS, contactEmail, Contact Email, correo electrónico, CORREO ELECTRONICO, メールアドレス, Adresse e-mail, E-mail 1 - Value, traits.email",
  ],
  [
    "mobile",
    "Mobile Phone Number, mobilePhone, Handynummer, Teléfono móvil, Celular, Téléphone portable, Cellulare, Telemóvel, Mobiel nummer, 携帯電話番号",
  ],
  ["phone", "Phone, phone_number, Telefon, Telefonnummer, Teléfono, Téléphone, Telefono, Telefone, 電話番号"],
  ["otherPhone", "Fax, Work Phone, Telefon geschäftlich, Teléfono fijo, 固定電話, Default Address Phone"],
  ["firstName", "First Name, firstName, FNAME, Vorname, Prénom, Nombre, Voornaam, 名"],
  ["lastName", "Last Name, Nachname, Apellidos, Cognome, Sobrenome, Achternaam, 姓"],
  ["fullName", "Full Name, Nombre completo, 氏名, ふりがな, お名前, Ansprechpartner"],
  [
    "userId",
    "Id, Record ID, Customer ID, customer_id, Kundennummer, Kundennr., ID Cliente, Código de cliente, 会員番号, 顧客ID, Klantnummer",
  ],
  ["foreignId", "AccountId, owner_id, Company ID, Bestellnummer, 注文番号"],
  ["country", "Country/Region, MailingCountry, Land, País, Pays, Nazione, 国, traits.address.country"],
  ["region", "State/Region, Bundesland, Provincia, 都道府県, Default Address Province Code"],
  ["city", "City, MailingCity, Ort, Población, Ville, Città, Woonplaats, 市区町村, Default Address City"],
  ["postalCode", "Zip, Postal Code, PLZ, Código Postal, Code postal, CAP, CEP, 郵便番号"],
  ["street", "Street, Mailing Address, Straße, Dirección, Adresse de livraison, Indirizzo, 住所1, Address 2"],
  ["locale", "Preferred language, Sprache, Idioma, Langue, 言語"],
  ["timezone", "Time Zone, TIMEZONE, Zeitzone, Zona horaria"],
  [
    "updated",
    "Last Modified Date, LastModifiedDate, updated_at, LAST_CHANGED, Zuletzt geändert, Última modificación, 最終更新日",
  ],
  ["date", "Created At, Geburtsdatum, Fecha de nacimiento, 生年月日, Date de naissance, dob"],
  [
    "optOut",
    "Unsubscribed, Unsubscribed from all email, HasOptedOutOfEmail, Email Opt Out, opt-out, Abgemeldet, Baja newsletter, 配信停止, EMAIL_BLACKLISTED",
  ],
  [
    "consent",
    "Accepts Marketing, Accepts SMS Marketing, Newsletter, Einwilligung, Acepta publicidad, メルマガ配信, Consenso marketing, opt_in",
  ],
  ["suppression", "Email Suppressions, Bounced, CLEAN_TIME, has_hard_bounced"],
  [
    "secret",
    "Password, Passwort-Hash, contraseña, IBAN, api_key, DNI, Codice fiscale, CPF, パスワード, credit card number",
  ],
  ["freeText", "Notes, Support Notes, Bemerkung, Observaciones, 備考, Description"],
  ["pushToken", "push_tokens.token, device_token, FCM Token, context.device.token"],
  ["technical", "IP Address, OPTIN_IP, context.userAgent"],
])("%s: %s", (meaning, headers) => {
  expect(headers.split(", ").map((header) => [header, meaningOf(header)])).toEqual(
    headers.split(", ").map((header) => [header, meaning]),
  );
});

test.each(["件名", "Model", "Favourite Colour", "Herkunft", "社名", "Default Address Company"])(
  "nothing is known of %s",
  (header) => {
    expect(readHeader(header)).toEqual([]);
  },
);

test("case, accents, separators and camel case do not count", () => {
  const names = ["Código Postal", "codigo_postal", "CODIGO-POSTAL", "codigoPostal", "  código   postal "];
  expect(new Set(names.map(foldHeader))).toEqual(new Set(["codigo postal"]));
});

test.each(["Contact Owner", "Account Manager Email", "Betreuer E-Mail", "担当者メール", "created_by"])(
  "%s is about somebody else",
  (header) => {
    expect(isAboutSomebodyElse(header)).toBe(true);
  },
);

test("no word of the table means nothing, or stands there twice in a language", () => {
  for (const meaning of MEANINGS)
    for (const language of LANGUAGES) {
      const words = (HEADER_WORDS[meaning][language] ?? "").split(",").map(foldHeader);
      if (words.length === 1 && words[0] === "") continue;
      expect(words).not.toContain("");
      expect(words).toEqual([...new Set(words)]);
    }
});
