/** Messages of ISO 20022 as systems write them, with what a test wants to change. */

export interface Payment {
  readonly ids?: Readonly<Record<string, string>>;
  readonly amount?: string;
  readonly currency?: string;
  readonly sender?: string;
  readonly receiver?: string;
  /** Elements behind the amount, in the order of the schema. */
  readonly more?: string;
}

export const agent = (name: string, bic: string): string => `<${name}><FinInstnId><BICFI>${bic}</BICFI></FinInstnId></${name}>`;

export const payment = ({
  amount = '100.50',
  currency = 'EUR',
  ids = { UETR: 'u-1' },
  more = '',
  receiver,
  sender,
}: Payment = {}): string =>
  `<CdtTrfTxInf><PmtId>${Object.entries(ids)
    .map(([name, text]) => `<${name}>${text}</${name}>`)
    .join('')}</PmtId><IntrBkSttlmAmt Ccy="${currency}">${amount}</IntrBkSttlmAmt>${more}${
    sender === undefined ? '' : agent('InstgAgt', sender)
  }${receiver === undefined ? '' : agent('InstdAgt', receiver)}</CdtTrfTxInf>`;

export const message = (
  kind: 'pacs.008' | 'pacs.009',
  payments: readonly string[],
  header = `<NbOfTxs>${payments.length}</NbOfTxs><IntrBkSttlmDt>2024-03-27</IntrBkSttlmDt>`,
): string => {
  const root = kind === 'pacs.008' ? 'FIToFICstmrCdtTrf' : 'FICdtTrf';
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- as a system writes it -->
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${kind}.001.08">
 <${root}>
  <GrpHdr><MsgId>M1</MsgId><CreDtTm>2024-03-27T09:00:00+01:00</CreDtTm>${header}${agent('InstgAgt', 'NORTDEFFXXX')}${agent('InstdAgt', 'SOUTDEFFXXX')}</GrpHdr>
  ${payments.join('\n  ')}
 </${root}>
</Document>
`;
};
