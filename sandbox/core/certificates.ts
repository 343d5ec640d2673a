import { generate } from 'selfsigned';

export interface Certificates {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

const curve = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

/**
 * A fresh CA and a leaf for 127.0.0.1, ::1 and localhost signed by it, all PEM. Nothing is kept: each sandbox run has its own CA, so
 * that no long-lived trusted key lies about on a laptop. The CA's private key is thrown away here.
 */
export async function createCertificates(): Promise<Certificates> {
  const authority = await generate([{ name: 'commonName', value: 'Homeostasis sandbox CA' }], {
    ...curve,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...curve,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { key: leaf.private, cert: leaf.cert, ca: authority.cert };
}
