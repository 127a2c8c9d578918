import { testAgreement } from './agreement.ts';

testAgreement('flags');
testAgreement('explicit');
