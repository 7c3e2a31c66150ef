import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { type ImportReport, runImport } from "../../src/index.js";
import type { EndpointResponse } from "../../src/sandbox/create-sandbox.js";
import { expectBalance } from "../helpers/expect-balance.js";
import { startSandbox } from "../helpers/sandbox.js";
import { temporaryDirectory } from "../helpers/temporary-directory.js";

interface Sample {
  readonly file: string;
  readonly mapping: string;
  readonly rows: Pick<ImportReport["rows"], "read" | "accepted" | "filtered" | "rejected">;
  /** Endpoints in Pinpoint after the import, those of partly rejected rows included. */
  readonly endpoints: number;
  /** Row, line and code, in the order of the file. */
  readonly rejects: readonly (readonly [row: number, line: number, code: string])[];
  /** Some of the endpoints, as Pinpoint holds them: attributes of a user come from all the endpoints of the user. */
  readonly holds: readonly Partial<EndpointResponse>[];
}

const SAMPLES: readonly Sample[] = [
  {
    file: "salesforce-contacts.csv",
    mapping: "salesforce-contacts",
    rows: {
      read: 44,
      accepted: 36,
      filtered: 2,
      rejected: 6,
    },
    endpoints: 54,
    rejects: [
      [9, 17, "mapping_failed"],
      [18, 31, "mapping_failed"],
      [22, 39, "row_unparsable"],
      [27, 45, "endpoint_invalid"],
      [33, 55, "mapping_failed"],
      [40, 69, "row_unparsable"],
    ],
    holds: [
      {
        Id: "003Hs00001027xdIAA-email",
        ChannelType: "EMAIL",
        Address: "zoe.ashgrove@example.com",
        OptOut: "ALL",
        EffectiveDate: "2026-01-31T12:00:00.000Z",
        Metrics: {
          LifetimeValue: 1250.5,
        },
        Location: {
          City: "Seattle",
          Country: "US",
          PostalCode: "98101",
          Region: "WA",
        },
        User: {
          UserAttributes: {
            Account: ["Larkspur & Sons, Inc."],
            Segments: ["Wholesale", "Newsletter"],
            AccountId: ["001Hs00000kQ1aZIAS"],
            Salutation: ["Ms."],
            FirstName: ["Zoë"],
            LastName: ["Ashgrove"],
            Title: ["Head of Operations"],
            DoNotCall: ["false"],
            LeadSource: ["Web"],
            Birthdate: ["1984-05-17"],
            Customer_Number__c: ["00123"],
          },
          UserId: "003Hs00001027xdIAA",
        },
      },
      {
        Id: "003Hs00001027xdIAA-sms",
        ChannelType: "SMS",
        Address: "+12065550143",
        OptOut: "NONE",
        EffectiveDate: "2026-01-31T12:00:00.000Z",
        Location: {
          City: "Seattle",
          Country: "US",
          PostalCode: "98101",
          Region: "WA",
        },
        User: {
          UserAttributes: {
            Account: ["Larkspur & Sons, Inc."],
            Segments: ["Wholesale", "Newsletter"],
            AccountId: ["001Hs00000kQ1aZIAS"],
            Salutation: ["Ms."],
            FirstName: ["Zoë"],
            LastName: ["Ashgrove"],
            Title: ["Head of Operations"],
            DoNotCall: ["false"],
            LeadSource: ["Web"],
            Birthdate: ["1984-05-17"],
            Customer_Number__c: ["00123"],
          },
          UserId: "003Hs00001027xdIAA",
        },
      },
      {
        Id: "003Hs000012dpRaIAI-email",
        ChannelType: "EMAIL",
        Address: "misaki.takamatsu@example.net",
        OptOut: "NONE",
        EffectiveDate: "2026-02-10T23:59:59.000Z",
        Metrics: {
          LifetimeValue: 1250.5,
        },
        Location: {
          City: "横浜市",
          Country: "JP",
          PostalCode: "220-0012",
          Region: "神奈川県",
        },
        User: {
          UserAttributes: {
            Account: ["Larkspur & Sons, Inc."],
            Segments: ["Wholesale", "Newsletter"],
            AccountId: ["001Hs00000kQ1aZIAS"],
            Salutation: ["Ms."],
            FirstName: ["美咲"],
            LastName: ["高松"],
            Title: [
              "Director of Regional Procurement, Stationery, Archival Papers and Everything Else That a Well-run Of",
            ],
            Department: ["Sales"],
            DoNotCall: ["true"],
            Birthdate: ["1984-05-17"],
            Customer_Number__c: ["27985"],
          },
          UserId: "003Hs000012dpRaIAI",
        },
      },
      {
        Id: "003Hs000025QLtAIAW-sms",
        ChannelType: "SMS",
        Address: "+61491570157",
        OptOut: "NONE",
        EffectiveDate: "2026-08-18T22:02:11.000Z",
        Location: {
          City: "Perth",
          PostalCode: "6000",
          Region: "WA",
        },
        User: {
          UserAttributes: {
            Account: ["横浜ペーパー株式会社"],
            AccountId: ["001Hs00000kQ4dWIAS"],
            FirstName: ["Callum"],
            LastName: ["Birrabeen"],
            Title: ["Facilities Manager"],
            Department: ["Sales"],
            DoNotCall: ["false"],
            Customer_Number__c: ["59049"],
          },
          UserId: "003Hs000025QLtAIAW",
        },
      },
    ],
  },
  {
    file: "hubspot-contacts.csv",
    mapping: "hubspot-contacts",
    rows: {
      read: 56,
      accepted: 49,
      filtered: 1,
      rejected: 6,
    },
    endpoints: 75,
    rejects: [
      [6, 9, "mapping_failed"],
      [13, 17, "mapping_failed"],
      [21, 29, "mapping_failed"],
      [35, 47, "mapping_failed"],
      [38, 52, "row_unparsable"],
      [41, 56, "endpoint_invalid"],
    ],
    holds: [
      {
        Id: "51000100-email",
        ChannelType: "EMAIL",
        Address: "anneliese.weisshaupt@example.org",
        OptOut: "ALL",
        EffectiveDate: "2026-01-31T18:05:00.000Z",
        Attributes: {
          EmailDomain: ["example.org"],
        },
        Metrics: {
          HubSpotScore: 42,
          TotalRevenue: 1480,
        },
        Demographic: {
          Locale: "de_DE",
          Timezone: "Europe/Berlin",
        },
        Location: {
          City: "Berlin",
          Country: "DE",
          PostalCode: "10115",
          Region: "BE",
        },
        User: {
          UserAttributes: {
            "Product Interests": ["Workshops", "Kilns", "Ceramics"],
            "Events Attended": ["Open Studio 2025", "Spring Fair 2026"],
            "First Name": ["Anneliese"],
            "Last Name": ["Weißhaupt"],
            "Contact owner": ["Tobias Quill"],
            "Company Name": ["Studio Löwenzahn"],
            "Job Title": ["Redakteurin"],
            "Lifecycle Stage": ["Customer"],
            "Marketing contact status": ["Marketing contact"],
            "Became a Customer Date": ["03/14/2025"],
            "Create Date": ["2024-05-06 07:08"],
          },
          UserId: "51000100",
        },
      },
      {
        Id: "51000100-sms",
        ChannelType: "SMS",
        Address: "+4917604069042",
        OptOut: "NONE",
        EffectiveDate: "2026-01-31T18:05:00.000Z",
        Demographic: {
          Locale: "de_DE",
          Timezone: "Europe/Berlin",
        },
        Location: {
          City: "Berlin",
          Country: "DE",
          PostalCode: "10115",
          Region: "BE",
        },
        User: {
          UserAttributes: {
            "Product Interests": ["Workshops", "Kilns", "Ceramics"],
            "Events Attended": ["Open Studio 2025", "Spring Fair 2026"],
            "First Name": ["Anneliese"],
            "Last Name": ["Weißhaupt"],
            "Contact owner": ["Tobias Quill"],
            "Company Name": ["Studio Löwenzahn"],
            "Job Title": ["Redakteurin"],
            "Lifecycle Stage": ["Customer"],
            "Marketing contact status": ["Marketing contact"],
            "Became a Customer Date": ["03/14/2025"],
            "Create Date": ["2024-05-06 07:08"],
          },
          UserId: "51000100",
        },
      },
      {
        Id: "51000322-sms",
        ChannelType: "SMS",
        Address: "+61491570110",
        OptOut: "NONE",
        EffectiveDate: "2026-07-15T13:30:00.000Z",
        Demographic: {
          Locale: "en_AU",
        },
        Location: {
          City: "Hobart",
          Country: "AU",
          PostalCode: "7000",
          Region: "TAS",
        },
        User: {
          UserAttributes: {
            "First Name": ["Tamsin"],
            "Last Name": ["Wexcombe"],
          },
          UserId: "51000322",
        },
      },
    ],
  },
  {
    file: "mailchimp-audience.csv",
    mapping: "mailchimp-audience",
    rows: {
      read: 40,
      accepted: 34,
      filtered: 0,
      rejected: 6,
    },
    endpoints: 34,
    rejects: [
      [8, 9, "mapping_failed"],
      [16, 17, "mapping_failed"],
      [23, 24, "endpoint_invalid"],
      [29, 30, "endpoint_invalid"],
      [34, 35, "mapping_failed"],
      [37, 38, "row_unparsable"],
    ],
    holds: [
      {
        Id: "4f69ecc762-email",
        ChannelType: "EMAIL",
        Address: "zoe.ashgrove@example.net",
        OptOut: "NONE",
        EffectiveDate: "2026-01-31T12:00:00.000Z",
        Attributes: {
          OptInTime: ["2024-05-06T07:08:09.000Z"],
          ConfirmTime: ["2024-05-06T07:10:00.000Z"],
          Tags: ["VIP", "Spring Sale"],
        },
        Metrics: {
          MemberRating: 4,
        },
        Demographic: {
          Timezone: "America/Los_Angeles",
        },
        Location: {
          Country: "US",
          Region: "WA",
          Latitude: 47.6,
          Longitude: -122.3,
        },
        User: {
          UserAttributes: {
            Interests: ["Gardening", "Baking"],
            "First Name": ["Zoë"],
            "Last Name": ["Ashgrove"],
            "Phone Number": ["(206) 555-0143"],
            Birthday: ["05/17"],
            "Favorite Shop": ["Harbour Row"],
          },
          UserId: "4f69ecc762",
        },
      },
      {
        Id: "52a74c860b-email",
        ChannelType: "EMAIL",
        Address: "lukasz.wisniowski@example.com",
        OptOut: "NONE",
        EffectiveDate: "2026-08-02T23:38:55.000Z",
        Attributes: {
          ConfirmTime: ["2021-06-18T21:15:07.000Z"],
          Tags: ["Spring Sale, 2026", "Neukunde"],
        },
        Metrics: {
          MemberRating: 1,
        },
        User: {
          UserAttributes: {
            "First Name": ["Łukasz"],
            "Last Name": ["Wiśniowski"],
            Birthday: ["05/17"],
          },
          UserId: "52a74c860b",
        },
      },
    ],
  },
  {
    file: "mailchimp-audience-cleaned.csv",
    mapping: "mailchimp-audience",
    rows: {
      read: 26,
      accepted: 23,
      filtered: 0,
      rejected: 3,
    },
    endpoints: 23,
    rejects: [
      [12, 13, "mapping_failed"],
      [19, 20, "endpoint_invalid"],
      [24, 25, "mapping_failed"],
    ],
    holds: [
      {
        Id: "22ed8f9b52-email",
        ChannelType: "EMAIL",
        Address: "old.quillon.hartsfield@example.net",
        OptOut: "ALL",
        EffectiveDate: "2026-03-04T05:06:07.000Z",
        Attributes: {
          OptInTime: ["2021-02-03T04:05:06.000Z"],
          ConfirmTime: ["2021-02-03T04:05:06.000Z"],
        },
        Metrics: {
          MemberRating: 1,
        },
        User: {
          UserAttributes: {
            "First Name": ["Quillon"],
            "Last Name": ["Hartsfield"],
            CLEAN_CAMPAIGN_TITLE: ["Spring Sale, last call"],
            CLEAN_CAMPAIGN_ID: ["ae04f1c9b2"],
          },
          UserId: "22ed8f9b52",
        },
      },
    ],
  },
  {
    file: "mailchimp-audience-unsubscribed.csv",
    mapping: "mailchimp-audience",
    rows: {
      read: 25,
      accepted: 22,
      filtered: 0,
      rejected: 3,
    },
    endpoints: 22,
    rejects: [
      [13, 14, "mapping_failed"],
      [17, 18, "mapping_failed"],
      [20, 21, "row_unparsable"],
    ],
    holds: [
      {
        Id: "9b37cebb45-email",
        ChannelType: "EMAIL",
        Address: "former.ines.nunez@example.net",
        OptOut: "ALL",
        EffectiveDate: "2026-05-06T07:08:09.000Z",
        Attributes: {
          OptInTime: ["2022-07-13T15:31:08.000Z"],
          ConfirmTime: ["2022-07-13T15:31:08.000Z"],
          Tags: ["été"],
        },
        Metrics: {
          MemberRating: 1,
        },
        User: {
          UserAttributes: {
            Interests: ["Gardening", "Baking"],
            "First Name": ["Inés"],
            "Last Name": ["Núñez Peralta"],
            Birthday: ["05/17"],
            "Favorite Shop": ["Harbour Row"],
            UNSUB_CAMPAIGN_TITLE: ["June Newsletter"],
            UNSUB_CAMPAIGN_ID: ["6a8f9a0abb"],
            UNSUB_REASON: ["INAPPROPRIATE"],
          },
          UserId: "9b37cebb45",
        },
      },
    ],
  },
  {
    file: "klaviyo-profiles.csv",
    mapping: "klaviyo-profiles",
    rows: {
      read: 46,
      accepted: 39,
      filtered: 1,
      rejected: 6,
    },
    endpoints: 64,
    rejects: [
      [5, 6, "mapping_failed"],
      [11, 12, "mapping_failed"],
      [20, 21, "mapping_failed"],
      [30, 31, "row_unparsable"],
      [33, 34, "mapping_failed"],
      [38, 39, "endpoint_invalid"],
    ],
    holds: [
      {
        Id: "01J8ZQ4R0M7W3XK5T9V2BHNCDE-email",
        ChannelType: "EMAIL",
        Address: "omer.sahinoglu@example.com",
        OptOut: "NONE",
        EffectiveDate: "2026-01-31T12:00:00.000Z",
        Attributes: {
          ConsentTime: ["2025-11-30T08:15:00.000Z"],
          ConsentChannels: ["email", "sms"],
        },
        Metrics: {
          HistoricValue: 214.5,
          PredictedValue: 87.33,
          AverageOrderValue: 53.63,
          Orders: 4,
          ChurnRisk: 0.1235,
        },
        Location: {
          City: "İzmir",
          Country: "TR",
          PostalCode: "35210",
          Latitude: 38.4,
          Longitude: 27.1,
        },
        User: {
          UserAttributes: {
            "Shopify Tags": ["Zoë's picks", "gift, wrapped"],
            "First Name": ["Ömer"],
            "Last Name": ["Şahinoğlu"],
            Source: ["Pop-up, spring"],
            "First Active": ["2024-02-03T04:05:06+00:00"],
            "Date Added": ["2024-02-03T04:05:06+00:00"],
            "Accepts Marketing": ["true"],
            "Favorite Scent": ["Figue"],
          },
          UserId: "01J8ZQ4R0M7W3XK5T9V2BHNCDE",
        },
      },
      {
        Id: "01J8ZQ4R0M7W3XK5T9V2BHNCDE-sms",
        ChannelType: "SMS",
        Address: "+12065550161",
        OptOut: "ALL",
        EffectiveDate: "2026-01-31T12:00:00.000Z",
        Attributes: {
          ConsentTime: ["2026-01-02T03:04:05.000Z"],
        },
        Location: {
          Country: "TR",
        },
        User: {
          UserAttributes: {
            "Shopify Tags": ["Zoë's picks", "gift, wrapped"],
            "First Name": ["Ömer"],
            "Last Name": ["Şahinoğlu"],
            Source: ["Pop-up, spring"],
            "First Active": ["2024-02-03T04:05:06+00:00"],
            "Date Added": ["2024-02-03T04:05:06+00:00"],
            "Accepts Marketing": ["true"],
            "Favorite Scent": ["Figue"],
          },
          UserId: "01J8ZQ4R0M7W3XK5T9V2BHNCDE",
        },
      },
      {
        Id: "01JJPCS7QN7E3V3Y79B0J4H40V-email",
        ChannelType: "EMAIL",
        Address: "elena.vorontsova@example.org",
        OptOut: "ALL",
        EffectiveDate: "2026-02-03T02:05:06.000Z",
        Attributes: {
          Suppression: ["HARD_BOUNCE"],
        },
        Location: {
          Country: "BG",
        },
        User: {
          UserAttributes: {
            "First Name": ["Елена"],
            "Last Name": ["Воронцова"],
          },
          UserId: "01JJPCS7QN7E3V3Y79B0J4H40V",
        },
      },
    ],
  },
  {
    file: "shopify-customers.csv",
    mapping: "shopify-customers",
    rows: {
      read: 50,
      accepted: 42,
      filtered: 2,
      rejected: 6,
    },
    endpoints: 67,
    rejects: [
      [7, 11, "mapping_failed"],
      [15, 22, "mapping_failed"],
      [20, 30, "endpoint_invalid"],
      [28, 44, "mapping_failed"],
      [32, 49, "row_unparsable"],
      [40, 57, "mapping_failed"],
    ],
    holds: [
      {
        Id: "7701234567890-email",
        ChannelType: "EMAIL",
        Address: "tamsin.wexcombe@example.com",
        OptOut: "ALL",
        Metrics: {
          TotalSpent: 1204.5,
          TotalOrders: 12,
        },
        Location: {
          City: "Hobart",
          Country: "AU",
          PostalCode: "7000",
          Region: "TAS",
        },
        User: {
          UserAttributes: {
            Company: ["Wattle & Fern Pty Ltd"],
            Tags: ["VIP", "newsletter"],
            "First Name": ["Tamsin"],
            "Last Name": ["Wexcombe"],
            "Tax Exempt": ["no"],
          },
          UserId: "7701234567890",
        },
      },
      {
        Id: "7701234567890-sms",
        ChannelType: "SMS",
        Address: "+61491570156",
        OptOut: "NONE",
        Location: {
          Country: "AU",
        },
        User: {
          UserAttributes: {
            Company: ["Wattle & Fern Pty Ltd"],
            Tags: ["VIP", "newsletter"],
            "First Name": ["Tamsin"],
            "Last Name": ["Wexcombe"],
            "Tax Exempt": ["no"],
          },
          UserId: "7701234567890",
        },
      },
      {
        Id: "7701234569999-email",
        ChannelType: "EMAIL",
        Address: "callum.birrabeen@example.net",
        OptOut: "NONE",
        Metrics: {
          TotalSpent: 0,
          TotalOrders: 0,
        },
        Location: {
          City: "Cambridge",
          Country: "US",
          PostalCode: "02139",
          Region: "MA",
        },
        User: {
          UserAttributes: {
            "First Name": ["Callum"],
            "Last Name": ["Birrabeen"],
            "Tax Exempt": ["no"],
          },
          UserId: "7701234569999",
        },
      },
    ],
  },
  {
    file: "segment-identify.jsonl.gz",
    mapping: "segment-identify",
    rows: {
      read: 83,
      accepted: 43,
      filtered: 34,
      rejected: 6,
    },
    endpoints: 80,
    rejects: [
      [9, 9, "mapping_failed"],
      [15, 15, "mapping_failed"],
      [27, 27, "endpoint_invalid"],
      [37, 37, "mapping_failed"],
      [49, 49, "mapping_failed"],
      [57, 57, "row_unparsable"],
    ],
    holds: [
      {
        Id: "u_10400-email",
        ChannelType: "EMAIL",
        Address: "misaki.takamatsu@example.com",
        OptOut: "ALL",
        EffectiveDate: "2026-01-31T12:00:00.000Z",
        Metrics: {
          Logins: 7,
        },
        Demographic: {
          Locale: "ja_JP",
          Timezone: "Asia/Tokyo",
        },
        Location: {
          City: "横浜市",
          Country: "JP",
          PostalCode: "220-0012",
          Region: "神奈川県",
        },
        User: {
          UserAttributes: {
            FirstName: ["美咲"],
            LastName: ["高松"],
            Company: ["横浜ペーパー株式会社"],
            Plan: ["pro"],
            Interests: ["hiking", "書道"],
            "traits.favouriteColour": ["藍"],
            "traits.vip": ["true"],
          },
          UserId: "u_10400",
        },
      },
      {
        Id: "u_10478-email",
        ChannelType: "EMAIL",
        Address: "anneliese.weisshaupt@example.com",
        OptOut: "NONE",
        EffectiveDate: "2026-02-03T01:02:22.506Z",
        Metrics: {
          Logins: 61,
        },
        Demographic: {
          Locale: "de_DE",
          Timezone: "Europe/Berlin",
        },
        User: {
          UserAttributes: {
            FirstName: ["Anneliese"],
            LastName: ["Weißhaupt"],
            Interests: ["hiking"],
            "traits.createdAt": ["2025-09-04T08:00:00.000Z"],
            Plan: ["pro"],
          },
          UserId: "u_10478",
        },
      },
      {
        Id: "8D2C1E5B-07A4-4F63-9C11-5B0E6A9D3F21-push",
        ChannelType: "APNS",
        Address: "740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad",
        OptOut: "NONE",
        EffectiveDate: "2026-02-01T07:30:00.000Z",
        Demographic: {
          AppVersion: "4.2.1",
          Make: "Apple",
          Model: "iPhone15,4",
          Platform: "iOS",
          PlatformVersion: "19.1",
          Locale: "es_ES",
          Timezone: "Europe/Madrid",
        },
        User: {
          UserAttributes: {
            FirstName: ["Inés"],
            LastName: ["Núñez Peralta"],
          },
          UserId: "u_10426",
        },
      },
    ],
  },
  {
    file: "braze-users.jsonl",
    mapping: "braze-users",
    rows: {
      read: 42,
      accepted: 34,
      filtered: 2,
      rejected: 6,
    },
    endpoints: 90,
    rejects: [
      [5, 5, "mapping_failed"],
      [16, 16, "mapping_failed"],
      [20, 20, "endpoint_invalid"],
      [27, 28, "mapping_failed"],
      [31, 32, "endpoint_invalid"],
      [36, 37, "row_unparsable"],
    ],
    holds: [
      {
        Id: "5f8a1c0b7e2d4a3b9c6d1e0f-email",
        ChannelType: "EMAIL",
        Address: "juergen.muellenbach@example.com",
        OptOut: "ALL",
        Metrics: {
          TotalRevenue: 123.46,
          LoyaltyPoints: 1200,
        },
        Demographic: {
          Locale: "de",
          Timezone: "Europe/Berlin",
        },
        Location: {
          City: "Köln",
          Country: "DE",
        },
        User: {
          UserAttributes: {
            first_name: ["Jürgen"],
            last_name: ["Müllenbach"],
            dob: ["1980-12-21"],
            aliases: ["shop-900"],
            purchased: ["Oolong 100 g", "Théière bleue"],
            gender: ["M"],
            created_at: ["2024-02-03T04:05:06.789Z"],
            "custom_attributes.favorite_team": ["Herons"],
            "custom_attributes.newsletter_topics": ["tea", "bread"],
            "custom_attributes.address.city": ["Köln"],
            "custom_attributes.address.floor": ["3"],
            "custom_attributes.beta_tester": ["true"],
            "custom_attributes.motto": [
              "Ein Satz, der viel zu lang ist, um als Wert eines Attributs in Pinpoint Platz zu finden, weshalb er ",
            ],
          },
          UserId: "cust-40010",
        },
      },
      {
        Id: "5f8a1c0b7e2d4a3b9c6d1e0f-sms",
        ChannelType: "SMS",
        Address: "+4917604069017",
        OptOut: "NONE",
        Demographic: {
          Timezone: "Europe/Berlin",
        },
        Location: {
          Country: "DE",
        },
        User: {
          UserAttributes: {
            first_name: ["Jürgen"],
            last_name: ["Müllenbach"],
            dob: ["1980-12-21"],
            aliases: ["shop-900"],
            purchased: ["Oolong 100 g", "Théière bleue"],
            gender: ["M"],
            created_at: ["2024-02-03T04:05:06.789Z"],
            "custom_attributes.favorite_team": ["Herons"],
            "custom_attributes.newsletter_topics": ["tea", "bread"],
            "custom_attributes.address.city": ["Köln"],
            "custom_attributes.address.floor": ["3"],
            "custom_attributes.beta_tester": ["true"],
            "custom_attributes.motto": [
              "Ein Satz, der viel zu lang ist, um als Wert eines Attributs in Pinpoint Platz zu finden, weshalb er ",
            ],
          },
          UserId: "cust-40010",
        },
      },
      {
        Id: "c0ffee00c0ffee00c0ffee00c0ffee00-push",
        ChannelType: "GCM",
        Address: "fX1y2Z3:APA91bExampleTokenThatIsNoRealOne0001",
        OptOut: "NONE",
        Attributes: {
          App: ["Larkspur Android"],
          NotificationsEnabled: ["false"],
        },
        User: {
          UserAttributes: {
            first_name: ["Jürgen"],
            last_name: ["Müllenbach"],
            dob: ["1980-12-21"],
            aliases: ["shop-900"],
            purchased: ["Oolong 100 g", "Théière bleue"],
            gender: ["M"],
            created_at: ["2024-02-03T04:05:06.789Z"],
            "custom_attributes.favorite_team": ["Herons"],
            "custom_attributes.newsletter_topics": ["tea", "bread"],
            "custom_attributes.address.city": ["Köln"],
            "custom_attributes.address.floor": ["3"],
            "custom_attributes.beta_tester": ["true"],
            "custom_attributes.motto": [
              "Ein Satz, der viel zu lang ist, um als Wert eines Attributs in Pinpoint Platz zu finden, weshalb er ",
            ],
          },
          UserId: "cust-40010",
        },
      },
    ],
  },
  {
    file: "pinpoint-endpoints.csv",
    mapping: "pinpoint",
    rows: {
      read: 28,
      accepted: 23,
      filtered: 0,
      rejected: 5,
    },
    endpoints: 23,
    rejects: [
      [8, 9, "endpoint_invalid"],
      [13, 14, "mapping_failed"],
      [17, 18, "endpoint_invalid"],
      [21, 22, "endpoint_invalid"],
      [25, 26, "row_unparsable"],
    ],
    holds: [
      {
        Id: "member-001-email",
        ChannelType: "EMAIL",
        Address: "zoe.ashgrove@example.com",
        OptOut: "NONE",
        EffectiveDate: "2026-01-31T12:00:00.000Z",
        Attributes: {
          Interests: ["tea", "bread"],
          Plan: ["pro"],
        },
        Metrics: {
          Visits: 12.5,
        },
        Demographic: {
          Locale: "en_US",
          Timezone: "America/Los_Angeles",
        },
        Location: {
          City: "Seattle",
          Country: "US",
          PostalCode: "98101",
        },
        User: {
          UserAttributes: {
            FirstName: ["Zoë"],
            LastName: ["Ashgrove"],
          },
          UserId: "member-001",
        },
      },
    ],
  },
  {
    file: "pinpoint-endpoints.jsonl",
    mapping: "pinpoint",
    rows: {
      read: 28,
      accepted: 23,
      filtered: 0,
      rejected: 5,
    },
    endpoints: 23,
    rejects: [
      [10, 10, "endpoint_invalid"],
      [13, 13, "endpoint_invalid"],
      [17, 17, "endpoint_invalid"],
      [19, 19, "row_unparsable"],
      [23, 23, "endpoint_invalid"],
    ],
    holds: [
      {
        Id: "member-001-email",
        ChannelType: "EMAIL",
        Address: "zoe.ashgrove@example.com",
        OptOut: "NONE",
        EffectiveDate: "2026-01-31T12:00:00.000Z",
        Attributes: {
          Interests: ["tea", "bread"],
          Plan: ["pro"],
        },
        Metrics: {
          Visits: 12.5,
        },
        Demographic: {
          Locale: "en_US",
          Timezone: "America/Los_Angeles",
        },
        Location: {
          City: "Seattle",
          Country: "US",
          PostalCode: "98101",
          Latitude: 47.6,
          Longitude: -122.3,
        },
        User: {
          UserAttributes: {
            FirstName: ["Zoë"],
            LastName: ["Ashgrove"],
          },
          UserId: "member-001",
        },
      },
      {
        Id: "member-004-email",
        ChannelType: "EMAIL",
        Address: "juergen.muellenbach@example.com",
        OptOut: "NONE",
        EffectiveDate: "2026-08-27T10:03:00.000Z",
        Attributes: {
          Interests: [],
        },
        Metrics: {
          Visits: 3,
        },
        Demographic: {
          Locale: "de_DE",
          Timezone: "Europe/Berlin",
        },
        Location: {
          City: "Köln",
          Country: "DE",
          PostalCode: "50667",
        },
        User: {
          UserAttributes: {
            FirstName: ["Jürgen"],
            LastName: ["Müllenbach"],
          },
          UserId: "member-004",
        },
      },
    ],
  },
];

const toPath = (file: string): string => fileURLToPath(new URL(`../../sample-data/${file}`, import.meta.url));

describe.each(SAMPLES)("$file by the mapping $mapping", (sample) => {
  const { file, mapping } = sample;

  it("is checked without a warning, and turns away exactly the rows that it should", async () => {
    const directory = await temporaryDirectory();
    const report = await runImport({
      inputs: [toPath(file)],
      mapping,
      dryRun: true,
      rejects: join(directory, "rejects"),
    });
    expectBalance(report);
    expect(report.status).toBe("complete");
    expect(report.warnings).toEqual([]);
    expect(report.rows).toMatchObject(sample.rows);
    expect(await readRejects(join(directory, "rejects"))).toEqual(sample.rejects);
  });

  it("becomes the endpoints that it should", async () => {
    const directory = await temporaryDirectory();
    const sandbox = await startSandbox();
    const report = await runImport({
      inputs: [toPath(file)],
      mapping,
      rejects: join(directory, "rejects"),
      applicationId: "demo",
      endpointUrl: sandbox.url,
      region: "us-east-1",
      credentials: { accessKeyId: "x", secretAccessKey: "y" },
    });
    expectBalance(report);
    expect(report.warnings).toEqual([]);
    expect(report.rows).toMatchObject(sample.rows);
    const endpoints = sandbox.endpoints("demo");
    expect(endpoints).toHaveLength(sample.endpoints);
    for (const expected of sample.holds) {
      const found = endpoints.find(({ Id }) => Id === expected.Id);
      expect(found && toContent(found, Object.keys(expected))).toEqual(expected);
    }
  });
});

it("takes the three files of a Mailchimp export in one run", async () => {
  const directory = await temporaryDirectory();
  const files = SAMPLES.filter(({ mapping }) => mapping === "mailchimp-audience");
  const sandbox = await startSandbox();
  const report = await runImport({
    inputs: files.map(({ file }) => toPath(file)),
    mapping: "mailchimp-audience",
    rejects: join(directory, "rejects"),
    applicationId: "demo",
    endpointUrl: sandbox.url,
    region: "us-east-1",
    credentials: { accessKeyId: "x", secretAccessKey: "y" },
  });
  expect(report.warnings).toEqual([]);
  expect(report.rows.read).toBe(files.reduce((sum, { rows }) => sum + rows.read, 0));
  expect(report.rows.rejected).toBe(files.reduce((sum, { rows }) => sum + rows.rejected, 0));
  const optedOut = sandbox.endpoints("demo").filter(({ OptOut }) => OptOut === "ALL");
  expect(optedOut).toHaveLength(files.slice(1).reduce((sum, { endpoints }) => sum + endpoints, 0));
});

it("covers every vendor", () => {
  expect(new Set(SAMPLES.map(({ mapping }) => mapping)).size).toBe(8);
});

/** What the import has set: no members that the service adds, and no empty maps. */
function toContent(endpoint: EndpointResponse, expected: readonly string[]): Partial<EndpointResponse> {
  const { ApplicationId, CohortId, CreationDate, RequestId, EndpointStatus, ...content } = endpoint;
  return Object.fromEntries(
    Object.entries(content).filter(
      ([name, value]) =>
        Object.keys(value).length > 0 && (name !== "EffectiveDate" || expected.includes(name)),
    ),
  );
}

async function readRejects(path: string): Promise<readonly (readonly [number, number, string])[]> {
  const text = await readFile(path, "utf8");
  const rejects = text.startsWith("{")
    ? text
        .trim()
        .split("\n")
        .map((line): { row: number; line: number; code: string } => JSON.parse(line)._reject)
    : parse<Record<string, string>>(text, { columns: true, bom: true }).map((record) => ({
        row: Number(record._reject_row),
        line: Number(record._reject_line),
        code: record._reject_code ?? "",
      }));
  return rejects.map(({ row, line, code }) => [row, line, code] as const).sort(([a], [b]) => a - b);
}
