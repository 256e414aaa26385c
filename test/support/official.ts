import type { ChannelKeyFields } from "latchkey";

// The vendor's published example. Its App ID and certificate are public and of no use.
export const OFFICIAL_EXAMPLE = {
  channel: "7d72365eb983485397e3e3f9d460bdda",
  unixTs: 1446455472,
  randomInt: 58964981,
  uid: 2882341273,
  expiredTs: 1446455471,
};

const TEXT = {
  appId: "970ca35de60c44645bbae8a215061b33",
  appCertificate: "5cfd2fd1755d40ecb72977518be15d3b",
};
const MIXED = {
  appId: "970CA35de60c44645bbae8a215061b33",
  appCertificate: "5CFd2fd1755d40ecb72977518be15d3b",
};

interface OfficialKey {
  appId: string;
  appCertificate: string;
  fields: Pick<ChannelKeyFields, "version" | "service" | "permission">;
  key: string;
}

export const OFFICIAL_KEYS: OfficialKey[] = [
  {
    ...TEXT,
    fields: { version: 1 },
    key: "870588aad271ff47094eb622617e89d6b5b5a615970ca35de60c44645bbae8a215061b3314464554720383bbf5",
  },
  {
    ...TEXT,
    fields: { version: 2 },
    key: "7666966591a93ee5a3f712e22633f31f0cbc8f13970ca35de60c44645bbae8a215061b3314464554720383bbf528823412731446455471",
  },
  {
    ...TEXT,
    fields: { version: 3 },
    key: "0037666966591a93ee5a3f712e22633f31f0cbc8f13970ca35de60c44645bbae8a215061b3314464554720383bbf528823412731446455471",
  },
  {
    ...TEXT,
    fields: { version: 4, service: "mediaChannel" },
    key: "004d0ec5ee3179c964fe7c0485c045541de6bff332b970ca35de60c44645bbae8a215061b3314464554720383bbf51446455471",
  },
  {
    ...TEXT,
    fields: { version: 4, service: "recording" },
    key: "004e0c24ac56aae05229a6d9389860a1a0e25e56da8970ca35de60c44645bbae8a215061b3314464554720383bbf51446455471",
  },
  {
    ...TEXT,
    fields: { version: 4, service: "publicSharing" },
    key: "004ec32c0d528e58ef90e8ff437a9706124137dc795970ca35de60c44645bbae8a215061b3314464554720383bbf51446455471",
  },
  {
    ...MIXED,
    fields: { version: 5, service: "mediaChannel" },
    key: "005AQAoAEJERTJDRDdFNkZDNkU0ODYxNkYxQTYwOUVFNTM1M0U5ODNCQjFDNDQQAJcMo13mDERkW7roohUGGzOwKDdW9buDA68oN1YAAA==",
  },
  {
    ...MIXED,
    fields: { version: 5, service: "recording" },
    key: "005AgAoADkyOUM5RTQ2MTg3QTAyMkJBQUIyNkI3QkYwMTg0MzhDNjc1Q0ZFMUEQAJcMo13mDERkW7roohUGGzOwKDdW9buDA68oN1YAAA==",
  },
  {
    ...MIXED,
    fields: { version: 5, service: "publicSharing" },
    key: "005AwAoADc0QTk5RTVEQjI4MDk0NUI0NzUwNTk0MUFDMjM4MDU2NzIwREY3QjAQAJcMo13mDERkW7roohUGGzOwKDdW9buDA68oN1YAAA==",
  },
  {
    ...MIXED,
    fields: { version: 5, service: "inChannelPermission", permission: "noUpload" },
    key: "005BAAoADgyNEQxNDE4M0FGRDkyOEQ4REFFMUU1OTg5NTg2MzA3MTEyNjRGNzQQAJcMo13mDERkW7roohUGGzOwKDdW9buDA68oN1YBAAEAAQAw",
  },
  {
    ...MIXED,
    fields: { version: 5, service: "inChannelPermission", permission: "audioVideoUpload" },
    key: "005BAAoADJERDA3QThENTE2NzJGNjQwMzY5NTFBNzE0QkI5NTc0N0Q1QjZGQjMQAJcMo13mDERkW7roohUGGzOwKDdW9buDA68oN1YBAAEAAQAz",
  },
];
